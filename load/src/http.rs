//! Connections that are kept, one request after the other on each.

use std::{
    fmt,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};

use crate::{Draw, fill::is_usable, uid};

/// What is to be done.
#[derive(Debug, Clone)]
pub(crate) struct Load {
    pub(crate) address: String,
    pub(crate) work: Work,
    pub(crate) connections: u64,
    /// For so long; before it a quarter as long, which does not count.
    pub(crate) time: Duration,
    /// How many there are.
    pub(crate) tokens: u64,
    /// Who asks: a whole header.
    pub(crate) header: String,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub(crate) enum Work {
    /// A use of any token.
    Uniform,
    /// A use of the first token.
    Hot,
    /// The token of a value.
    Query,
    /// A new token.
    Add,
    /// Other uses for any token.
    Update,
    /// This address, again and again.
    Page(String),
}

impl Work {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        Ok(match text {
            "uniform" => Self::Uniform,
            "hot" => Self::Hot,
            "query" => Self::Query,
            "add" => Self::Add,
            "update" => Self::Update,
            path if path.starts_with('/') => Self::Page(path.to_owned()),
            _ => bail!("`{text}` is no work"),
        })
    }
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Report {
    rate: f64,
    p50: u32,
    p99: u32,
    /// Answers that were no success.
    refused: usize,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            rate,
            p50,
            p99,
            refused,
        } = self;
        write!(f, "rate={rate:.1} p50={p50} p99={p99} refused={refused}")
    }
}

impl Load {
    pub(crate) async fn run(self) -> Result<Report> {
        let begin = Instant::now() + self.time / 4;
        let end = begin + self.time;
        let mut tasks = JoinSet::new();
        for _ in 0..self.connections {
            let connection = Connection::open(&self).await?;
            tasks.spawn(connection.ask_until(begin, end));
        }
        let mut times = Vec::new();
        let mut refused = 0;
        while let Some(asked) = tasks.join_next().await {
            let (of_one, no) = asked??;
            times.extend(of_one);
            refused += no;
        }
        times.sort_unstable();
        let at = |hundredths: usize| times.get((times.len() * hundredths) / 100).copied();
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let rate = times.len() as f64 / self.time.as_secs_f64();
        Ok(Report {
            rate,
            p50: at(50).context("nothing was answered in time")?,
            p99: at(99).unwrap_or_default(),
            refused,
        })
    }
}

struct Connection {
    stream: TcpStream,
    load: Load,
    draw: Draw,
    answer: Vec<u8>,
}

impl Connection {
    async fn open(load: &Load) -> Result<Self> {
        let stream = TcpStream::connect(&load.address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            load: load.clone(),
            draw: Draw::new(),
            answer: Vec::with_capacity(64 * 1024),
        })
    }

    /// Microseconds of each success that came between `begin` and `end`, and how many other answers came.
    async fn ask_until(mut self, begin: Instant, end: Instant) -> Result<(Vec<u32>, usize)> {
        let mut times = Vec::new();
        let mut refused = 0;
        loop {
            let request = self.request();
            let sent = Instant::now();
            self.stream.write_all(request.as_bytes()).await?;
            let is_good = self.read().await?;
            let now = Instant::now();
            if now >= end {
                return Ok((times, refused));
            }
            if now >= begin {
                if is_good {
                    times.push(u32::try_from((now - sent).as_micros()).unwrap_or(u32::MAX));
                } else {
                    refused += 1;
                }
            }
        }
    }

    fn request(&mut self) -> String {
        let tokens = self.load.tokens;
        let mut any = || {
            let n = self.draw.up_to(tokens);
            // The one before can.
            uid(if is_usable(n) { n } else { n - 1 })
        };
        let (method, path, form) = match &self.load.work {
            Work::Uniform => ("POST", format!("/tokens/{}/consume_token", any()), ""),
            Work::Hot => ("POST", format!("/tokens/{}/consume_token", uid(1)), ""),
            Work::Query => ("GET", format!("/tokens/query_token?value={}", any()), ""),
            Work::Add => (
                "POST",
                "/tokens/add_token".to_owned(),
                "usage_count=1000000",
            ),
            Work::Update => (
                "POST",
                format!("/tokens/{}/update_token", any()),
                "usage_count=1000000000",
            ),
            Work::Page(path) => ("GET", path.clone(), ""),
        };
        let accept = if matches!(self.load.work, Work::Page(_)) {
            "text/html"
        } else {
            "*/*"
        };
        let (address, header, length) = (&self.load.address, &self.load.header, form.len());
        format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nAccept: {accept}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\
             {header}\r\n\r\n{form}"
        )
    }

    /// Reads an answer; whether it is a success.
    async fn read(&mut self) -> Result<bool> {
        self.answer.clear();
        let head = loop {
            self.more().await?;
            if let Some(head) = Head::of(&self.answer)? {
                break head;
            }
        };
        if let Some(length) = head.content_length {
            while self.answer.len() < head.size + length {
                self.more().await?;
            }
            let body = &self.answer[head.size..];
            return Ok(
                head.is_ok && (body.starts_with(b"<") || find(body, b"\"success\":true").is_some())
            );
        }
        // In pieces: the last one is empty.
        while !self.answer.ends_with(b"\r\n0\r\n\r\n") {
            self.more().await?;
        }
        Ok(head.is_ok)
    }

    async fn more(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.answer).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }
}

/// What stands before the body of an answer.
struct Head {
    is_ok: bool,
    /// Bytes.
    size: usize,
    content_length: Option<usize>,
}

impl Head {
    /// None if it has not come whole.
    fn of(answer: &[u8]) -> Result<Option<Self>> {
        let mut headers = [httparse::EMPTY_HEADER; 32];
        let mut response = httparse::Response::new(&mut headers);
        let httparse::Status::Complete(size) = response.parse(answer)? else {
            return Ok(None);
        };
        let mut headers = response.headers.iter();
        let length = headers.find(|header| header.name.eq_ignore_ascii_case("content-length"));
        let content_length = length
            .map(|length| anyhow::Ok(std::str::from_utf8(length.value)?.trim().parse()?))
            .transpose()?;
        Ok(Some(Self {
            is_ok: response.code == Some(200),
            size,
            content_length,
        }))
    }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}
