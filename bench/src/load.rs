//! The load generator: a number of kept-alive connections on one thread, each
//! sending its next request as soon as the answer to the last one is there,
//! for a given time.
//!
//! It writes and reads HTTP/1.1 itself, since it shares the machine with the
//! server: what it doesn't spend, the server has.

use std::{
    cell::{Cell, RefCell},
    net::SocketAddr,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// How many requests in one are looked at closely; all are checked for their
/// status.
const LOOK_AT_ONE_IN: u64 = 32;

/// Longest time that the last answers may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is sent and for how long.
#[derive(Clone)]
pub struct Load {
    /// Where to; always this machine.
    pub address: SocketAddr,
    /// How many connections.
    pub connections: usize,
    /// For how long; then every connection finishes its request and ends.
    pub time: Duration,
    /// Makes the request of a number, the whole text of it.
    pub request: Rc<dyn Fn(u64) -> Vec<u8>>,
    /// What every body must contain.
    pub expect: &'static str,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// Good answers per second.
    pub per_second: f64,
    /// The median time of an answer.
    pub median: Duration,
    /// The time that 99 in 100 answers took at most.
    pub p99: Duration,
    /// Good answers.
    pub answers: u64,
    /// Answers with another status than 200 and 201, or without what was
    /// expected of them.
    pub errors: u64,
    /// The first bad answer.
    pub first_error: Option<String>,
}

#[derive(Default)]
struct Samples {
    micros: Vec<u32>,
    errors: u64,
    first_error: Option<String>,
}

impl Load {
    /// Runs it.
    ///
    /// # Errors
    /// When the server can't be reached, or closes a connection in between.
    pub fn run(&self) -> Result<Figures> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        tokio::task::LocalSet::new().block_on(&runtime, self.drive())
    }

    async fn drive(&self) -> Result<Figures> {
        let next = Rc::new(Cell::new(0));
        let seen = Rc::new(RefCell::new(Samples::default()));
        let start = Instant::now();
        let until = start + self.time;
        let mut running = Vec::new();
        for _ in 0..self.connections {
            let one = self.clone().connection(next.clone(), seen.clone(), until);
            running.push(tokio::task::spawn_local(one));
        }
        for one in running {
            let whole = self.time + PATIENCE;
            tokio::time::timeout(whole, one)
                .await
                .context("no answer in time")???;
        }
        let took = start.elapsed();
        let mut seen = seen.take();
        seen.micros.sort_unstable();
        let at = |part: f64| {
            let last = seen.micros.len().saturating_sub(1);
            let micros = seen.micros.get((last as f64 * part) as usize);
            Duration::from_micros(u64::from(micros.copied().unwrap_or_default()))
        };
        Ok(Figures {
            per_second: seen.micros.len() as f64 / took.as_secs_f64(),
            median: at(0.5),
            p99: at(0.99),
            answers: seen.micros.len() as u64,
            errors: seen.errors,
            first_error: seen.first_error,
        })
    }

    async fn connection(
        self,
        next: Rc<Cell<u64>>,
        seen: Rc<RefCell<Samples>>,
        until: Instant,
    ) -> Result<()> {
        let mut stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let mut buffer = Vec::with_capacity(64 * 1024);
        while Instant::now() < until {
            let number = next.get();
            next.set(number + 1);
            let request = (self.request)(number);
            let asked = Instant::now();
            let status = exchange(&mut stream, &request, &mut buffer).await?;
            let micros = asked.elapsed().as_micros();
            let good = matches!(status, 200 | 201)
                && (!number.is_multiple_of(LOOK_AT_ONE_IN)
                    || contains(&buffer, self.expect.as_bytes()));
            let mut seen = seen.borrow_mut();
            if good {
                seen.micros.push(u32::try_from(micros).unwrap_or(u32::MAX));
            } else {
                seen.errors += 1;
                if seen.first_error.is_none() {
                    seen.first_error = Some(String::from_utf8_lossy(&buffer).into_owned());
                }
            }
        }
        Ok(())
    }
}

/// Sends a request and reads its answer, head and body, into `buffer`.
async fn exchange(stream: &mut TcpStream, request: &[u8], buffer: &mut Vec<u8>) -> Result<u16> {
    stream.write_all(request).await?;
    buffer.clear();
    let mut whole = None;
    loop {
        let read = stream.read_buf(buffer).await?;
        ensure!(read > 0, "the server closed the connection");
        if whole.is_none() {
            whole = head(buffer)?;
        }
        if let Some((status, length)) = whole
            && buffer.len() >= length
        {
            return Ok(status);
        }
    }
}

/// Status and length of the whole answer, once its head is there.
fn head(answer: &[u8]) -> Result<Option<(u16, usize)>> {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = std::str::from_utf8(answer.get(..end).unwrap_or_default())?;
    let status = head.get(9..12).context("no status")?.parse()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let named = name.eq_ignore_ascii_case("content-length");
        named.then(|| value.trim().parse::<usize>().ok())?
    });
    let length = length.context("an answer without content-length")?;
    Ok(Some((status, end + 4 + length)))
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    part.is_empty() || text.windows(part.len()).any(|window| window == part)
}

/// A request with a kept-alive connection in mind.
pub fn request(method: &str, path: &str, token: &str, body: &str) -> Vec<u8> {
    let mut text =
        format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n");
    if !body.is_empty() {
        text.push_str("content-type: application/json\r\n");
        text.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    text.push_str("\r\n");
    text.push_str(body);
    text.into_bytes()
}

/// One request, alone: status and body.
///
/// # Errors
/// When the server can't be reached or its answer is not understood.
pub fn ask(address: SocketAddr, request: &[u8]) -> Result<(u16, String)> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut stream = TcpStream::connect(address).await?;
        let mut buffer = Vec::new();
        let status = exchange(&mut stream, request, &mut buffer).await?;
        let body = buffer.windows(4).position(|four| four == b"\r\n\r\n");
        let body = buffer.split_off(body.map_or(0, |end| end + 4));
        Ok((status, String::from_utf8(body)?))
    })
}
