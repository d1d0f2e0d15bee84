//! Calls of the tick, for hosts that don't call it themselves.

use std::{
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// The longest that one call may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// Calls the tick again and again, as the runner does and cron would, until the
/// value is dropped.
#[derive(Debug)]
pub struct Ticks(Arc<AtomicBool>);

impl Ticks {
    /// Begins to call the tick of the application at `address`; `token` may.
    pub fn start(address: SocketAddr, token: &str) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let (end, token) = (ended.clone(), token.to_owned());
        std::thread::spawn(move || {
            while !end.load(Ordering::Relaxed) {
                // The server may be gone, and come back.
                let left = tick(address, &token).is_ok_and(|left| left > 0);
                std::thread::sleep(Duration::from_millis(if left { 50 } else { 1000 }));
            }
        });
        Ticks(ended)
    }
}

impl Drop for Ticks {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// One call; how much work is left.
fn tick(address: SocketAddr, token: &str) -> io::Result<u64> {
    let mut connection = TcpStream::connect(address)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    write!(
        connection,
        "POST /v1/tick HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
         content-length: 0\r\nconnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    if !head.starts_with("HTTP/1.1 200") {
        eprintln!("the tick failed: {answer:.500}");
        return Ok(0);
    }
    let body: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    Ok(body
        .get("left")
        .and_then(serde_json::Value::as_u64)
        .unwrap_or(0))
}
