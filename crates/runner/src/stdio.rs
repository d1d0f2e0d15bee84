//! Components' standard output: line by line to the runner's standard error,
//! each line with the component's id in front.

use std::{
    io::{self, Write},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::{
    async_trait,
    cli::{IsTerminal, StdoutStream},
    p2::{OutputStream, Pollable, StreamError, StreamResult},
};

/// Longest piece of a line kept while waiting for its end, in bytes.
const MAX_LINE: usize = 8192;

/// A stream that ends at the runner's standard error.
#[derive(Clone)]
pub struct PrefixedOutput(Arc<Mutex<Lines>>);

struct Lines {
    prefix: String,
    begun: Vec<u8>,
}

impl PrefixedOutput {
    /// A stream whose lines begin with `[component]`.
    pub fn new(component: &str) -> Self {
        Self(Arc::new(Mutex::new(Lines {
            prefix: format!("[{component}] "),
            begun: Vec::new(),
        })))
    }

    fn take(&self, bytes: &[u8]) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let whole = lines.take(bytes);
        if !whole.is_empty() {
            // A closed standard error is no reason to fail a request.
            let _ = io::stderr().write_all(&whole);
        }
    }
}

impl Lines {
    /// Adds bytes; returns the lines that are complete now, prefixed.
    fn take(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut whole = Vec::new();
        for piece in bytes.split_inclusive(|b| *b == b'\n') {
            self.begun.extend_from_slice(piece);
            if piece.ends_with(b"\n") || self.begun.len() >= MAX_LINE {
                whole.extend_from_slice(self.prefix.as_bytes());
                whole.append(&mut self.begun);
                if whole.last() != Some(&b'\n') {
                    whole.push(b'\n');
                }
            }
        }
        whole
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        let rest = self.take(b"\n");
        if rest.len() > self.prefix.len() + 1 {
            let _ = io::stderr().write_all(&rest);
        }
    }
}

impl IsTerminal for PrefixedOutput {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for PrefixedOutput {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl AsyncWrite for PrefixedOutput {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.take(buf);
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[async_trait]
impl Pollable for PrefixedOutput {
    async fn ready(&mut self) {}
}

impl OutputStream for PrefixedOutput {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.take(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), StreamError> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(64 * 1024)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_lines_get_the_prefix() {
        let mut lines = Lines {
            prefix: "[a] ".to_owned(),
            begun: Vec::new(),
        };
        assert_eq!(lines.take(b"one"), b"");
        assert_eq!(lines.take(b" two\nthree\nfo"), b"[a] one two\n[a] three\n");
        assert_eq!(lines.take(b"ur\n"), b"[a] four\n");
        let long = lines.take(&[b'x'; MAX_LINE]);
        assert!(long.starts_with(b"[a] xx") && long.ends_with(b"x\n"));
    }
}
