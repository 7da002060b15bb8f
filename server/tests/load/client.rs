//! As much HTTP/1.1 as these tests need: one connection that is kept, one request after the other.

use std::{io, net::SocketAddr};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

/// A connection to a server, with a key.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
    key: String,
}

/// An answer.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<u32>,
    pub(crate) json: Value,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr, key: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
            address,
            key: key.to_owned(),
        })
    }

    /// The same on a new connection.
    pub(crate) async fn connect_again(&mut self) -> io::Result<()> {
        *self = Self::connect(self.address, &self.key).await?;
        Ok(())
    }

    /// Posts a form; the status and the JSON of the answer. An error if the connection ends before the answer is here.
    pub(crate) async fn post(&mut self, path: &str, form: &str) -> io::Result<(u16, Value)> {
        let reply = self.ask("POST", path, "", form).await?;
        Ok((reply.status, reply.json))
    }

    /// Asks for something.
    pub(crate) async fn get(&mut self, path: &str) -> io::Result<Reply> {
        self.ask("GET", path, "", "").await
    }

    /// Spends one use under an idempotency key.
    pub(crate) async fn consume_once(&mut self, uid: &str, key: &str) -> io::Result<Reply> {
        let path = format!("/tokens/{uid}/consume_token");
        let header = format!("idempotency-key: \"{key}\"\r\n");
        self.ask("POST", &path, &header, "").await
    }

    /// Sends a request to spend one use, and is gone before there can be an answer.
    pub(crate) async fn consume_and_leave(mut self, uid: &str) -> io::Result<()> {
        let path = format!("/tokens/{uid}/consume_token");
        self.send("POST", &path, "", "").await
    }

    async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &str,
        form: &str,
    ) -> io::Result<()> {
        let (key, length) = (&self.key, form.len());
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: test\r\nauthorization: Bearer {key}\r\n{headers}\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n{form}"
        );
        self.stream.get_mut().write_all(request.as_bytes()).await
    }

    async fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &str,
        form: &str,
    ) -> io::Result<Reply> {
        self.send(method, path, headers, form).await?;
        let head = self.line().await?;
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let mut length = 0;
        let mut retry_after = None;
        loop {
            let line = self.line().await?;
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().map_err(io::Error::other)?;
            } else if name.eq_ignore_ascii_case("retry-after") {
                retry_after = value.trim().parse().ok();
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await?;
        Ok(Reply {
            status: status.ok_or_else(|| io::Error::other("no status"))?,
            retry_after,
            json: serde_json::from_slice(&body)?,
        })
    }

    /// Spends one use.
    pub(crate) async fn consume(&mut self, uid: &str) -> io::Result<(u16, Value)> {
        self.post(&format!("/tokens/{uid}/consume_token"), "").await
    }

    /// The same with the whole answer, whatever it is.
    pub(crate) async fn try_consume(&mut self, uid: &str) -> io::Result<Reply> {
        let path = format!("/tokens/{uid}/consume_token");
        self.ask("POST", &path, "", "").await
    }

    async fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }
}
