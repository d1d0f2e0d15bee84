//! Somebody on this machine who has a file for schedules, and takes what watchers are sent.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A request as the peer got it, with names of headers in lower case.
#[derive(Clone, Debug)]
pub struct PeerRequest {
    pub verb: String,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl PeerRequest {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// A server of a few lines: answers everything with the same file.
pub struct Peer {
    address: SocketAddr,
    got: Arc<Mutex<Vec<PeerRequest>>>,
}

impl Peer {
    pub fn start(file: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let got = Arc::new(Mutex::new(Vec::new()));
        let log = got.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let log = log.clone();
                std::thread::spawn(move || serve(stream, file, &log));
            }
        });
        Peer { address, got }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What came since the last look.
    pub fn got(&self) -> Vec<PeerRequest> {
        std::mem::take(&mut self.got.lock().unwrap())
    }
}

/// Answers one request, unless its sender breaks off.
fn serve(mut stream: TcpStream, file: &str, log: &Mutex<Vec<PeerRequest>>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let verb = line.split(' ').next()?.to_owned();
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) => headers.push((name.to_lowercase(), value.to_owned())),
            None => break,
        }
    }
    let mut request = PeerRequest {
        verb,
        headers,
        body: Vec::new(),
    };
    let length = request
        .header("content-length")
        .map_or(Some(0), |n| n.parse().ok());
    request.body = vec![0; length?];
    reader.read_exact(&mut request.body).ok()?;
    log.lock().unwrap().push(request);
    let length = file.len();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(file.as_bytes()).ok()
}
