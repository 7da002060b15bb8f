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
    key: String,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr, key: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
            key: key.to_owned(),
        })
    }

    /// Posts a form; the status and the JSON of the answer. An error if the connection ends before the answer is here.
    pub(crate) async fn post(&mut self, path: &str, form: &str) -> io::Result<(u16, Value)> {
        let (key, length) = (&self.key, form.len());
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: test\r\nauthorization: Bearer {key}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n{form}"
        );
        self.stream.get_mut().write_all(request.as_bytes()).await?;
        let head = self.line().await?;
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let mut length = 0;
        loop {
            let line = self.line().await?;
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await?;
        let status = status.ok_or_else(|| io::Error::other("no status"))?;
        Ok((status, serde_json::from_slice(&body)?))
    }

    /// Spends one use.
    pub(crate) async fn consume(&mut self, uid: &str) -> io::Result<(u16, Value)> {
        self.post(&format!("/tokens/{uid}/consume_token"), "").await
    }

    async fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }
}
