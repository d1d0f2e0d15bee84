//! A small HTTP client that hides nothing: one kept-alive connection, blocking.
//!
//! It fails on any answer without `content-length` but those that are streams,
//! so every test of the suite checks that every answer of known length has one;
//! and on any status or body that the OpenAPI document doesn't have for the operation.

use std::{
    cell::RefCell,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use super::documented;
use serde_json::Value;

/// Nothing in the suite takes longer.
const PATIENCE: Duration = Duration::from_secs(120);

/// A client with a token and a connection of its own.
#[derive(Debug)]
pub struct Client {
    address: SocketAddr,
    token: Option<String>,
    connection: RefCell<Option<BufReader<TcpStream>>>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    /// The body; empty where it isn't text.
    pub text: String,
    /// The body as it came.
    pub bytes: Vec<u8>,
    asked: String,
}

impl Client {
    pub fn new(address: SocketAddr, token: Option<&str>) -> Self {
        Client {
            address,
            token: token.map(str::to_owned),
            connection: RefCell::new(None),
        }
    }

    /// Where its server listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its token, if it has one.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Another client with the same token, for another thread.
    pub fn another(&self) -> Self {
        Client::new(self.address, self.token.as_deref())
    }

    pub fn get(&self, target: &str) -> Answer {
        self.send("GET", target, &[], "")
    }

    pub fn delete(&self, target: &str) -> Answer {
        self.send("DELETE", target, &[], "")
    }

    pub fn post(&self, target: &str, body: &Value) -> Answer {
        self.json("POST", target, &[], body)
    }

    pub fn patch(&self, target: &str, body: &Value) -> Answer {
        self.json("PATCH", target, &[], body)
    }

    pub fn put(&self, target: &str, body: &Value) -> Answer {
        self.json("PUT", target, &[], body)
    }

    pub fn json(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Answer {
        let mut all = vec![("content-type", "application/json")];
        all.extend(headers);
        self.send(method, target, &all, &body.to_string())
    }

    /// Any request; the answer must come.
    pub fn send(&self, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.try_send(method, target, headers, body)
            .unwrap_or_else(|error| panic!("{method} {target:.200}: {error}"))
    }

    /// A request with any bytes.
    pub fn send_bytes(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        self.try_send_bytes(method, target, headers, body)
            .unwrap_or_else(|error| panic!("{method} {target:.200}: {error}"))
    }

    /// Any request, to a server that may be gone.
    pub fn try_send(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> io::Result<Answer> {
        self.try_send_bytes(method, target, headers, body.as_bytes())
    }

    /// The same with any bytes.
    pub fn try_send_bytes(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<Answer> {
        let named = headers.iter().any(|(name, _)| *name == "host");
        let mut head = format!("{method} {target} HTTP/1.1\r\n");
        if !named {
            head.push_str(&format!("host: {}\r\n", self.address));
        }
        if let Some(token) = &self.token {
            head.push_str(&format!("authorization: Bearer {token}\r\n"));
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() || matches!(method, "POST" | "PUT" | "PATCH") {
            head.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");

        let mut place = self.connection.borrow_mut();
        let mut connection = match place.take() {
            Some(open) => open,
            None => {
                let stream = TcpStream::connect(self.address)?;
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(PATIENCE))?;
                BufReader::new(stream)
            }
        };
        let mut text = head.into_bytes();
        text.extend_from_slice(body);
        // A server may answer, and close, before it has read the whole body.
        let sent = connection.get_mut().write_all(&text);
        let (answer, keep) = match read(&mut connection, format!("{method} {target:.300}")) {
            Ok(read) => read,
            Err(error) => return Err(sent.err().unwrap_or(error)),
        };
        if sent.is_ok() && keep {
            *place = Some(connection);
        }
        if let Some(objection) = documented::objection(method, target, &answer) {
            panic!("the OpenAPI document doesn't say so: {objection}: {answer:?}");
        }
        Ok(answer)
    }
}

fn read(from: &mut BufReader<TcpStream>, asked: String) -> io::Result<(Answer, bool)> {
    let mut line = String::new();
    if from.read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let status = line.get(9..12).and_then(|digits| digits.parse().ok());
    let status: u16 = status.unwrap_or_else(|| panic!("{asked}: no status in {line:?}"));
    let mut headers = Vec::new();
    loop {
        line.clear();
        from.read_line(&mut line)?;
        match line.trim_end().split_once(':') {
            Some((name, value)) => {
                headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
            }
            None => break,
        }
    }
    let mut answer = Answer {
        status,
        headers,
        text: String::new(),
        bytes: Vec::new(),
        asked,
    };
    if answer.header("transfer-encoding") == Some("chunked") && is_stream(&answer) {
        answer.bytes = chunks(from)?;
    } else {
        let length = match answer.header("content-length") {
            Some(length) => length.parse().expect("content-length is a number"),
            None if status == 204 => 0,
            None => panic!("an answer of known length has content-length: {answer:?}"),
        };
        answer.bytes = vec![0; length];
        from.read_exact(&mut answer.bytes)?;
    }
    answer.text = String::from_utf8(answer.bytes.clone()).unwrap_or_default();
    let keep = answer.header("connection") != Some("close");
    Ok((answer, keep))
}

/// Whether an answer is one of those that may be streams: progress, and files.
fn is_stream(answer: &Answer) -> bool {
    let kind = answer.header("content-type").unwrap_or_default();
    answer.status == 200 && !kind.starts_with("application/problem")
}

/// A body in chunks (RFC 9112), without trailers.
fn chunks(from: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        if from.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let size = usize::from_str_radix(line.trim(), 16)
            .map_err(|_| io::Error::other(format!("no chunk: {line:?}")))?;
        let begins = body.len();
        body.resize(begins + size, 0);
        from.read_exact(&mut body[begins..])?;
        from.read_exact(&mut [0; 2])?;
        if size == 0 {
            return Ok(body);
        }
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(n, _)| n == name);
        found.next().map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub fn body(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|error| panic!("{}: {error} in {:.500}", self.asked, self.text))
    }

    /// The body, of an answer that must have this status.
    #[track_caller]
    pub fn ok(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {:.1000}", self.asked, self.text);
        self.body()
    }

    /// The problem document, which must have this status and code and all that
    /// a problem has.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        let body = self.ok(status);
        assert_eq!(body["code"], code, "{}: {body}", self.asked);
        assert_eq!(body["status"], status, "{body}");
        for member in ["type", "title", "detail"] {
            assert!(body[member].is_string(), "{member} in {body}");
        }
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json")
        );
        body
    }
}

/// A text as a value in a query.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                escaped.push(char::from(byte));
            }
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}
