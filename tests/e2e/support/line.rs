//! A line between a host and the server that has its database, which a test can cut
//! or hold: so the server goes away and comes back, and nobody stops its process.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, Weak},
    thread,
};

/// A line that passes bytes on.
#[derive(Debug)]
pub struct Line {
    /// Where to call the server through it.
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    server: SocketAddr,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Whether bytes wait.
    held: bool,
    /// Whether nobody listens.
    cut: bool,
    /// Both ends of each connection, while any byte can pass.
    open: Vec<Weak<TcpStream>>,
}

impl Line {
    /// A line to the server there, whole.
    pub fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let line = Line {
            address,
            shared: Arc::new(Shared {
                server,
                state: Mutex::default(),
                changed: Condvar::new(),
            }),
        };
        line.listen(listener);
        line
    }

    /// Ends all connections; new ones are refused, as where no server runs.
    pub fn cut(&self) {
        let mut state = self.shared.state.lock().unwrap();
        state.cut = true;
        for end in state.open.drain(..).filter_map(|end| end.upgrade()) {
            // It may have ended by itself.
            let _ = end.shutdown(Shutdown::Both);
        }
        drop(state);
        // Wakes the one that listens, so that it stops.
        let _ = TcpStream::connect(self.address);
        while TcpStream::connect(self.address).is_ok() {
            thread::yield_now();
        }
    }

    /// No byte is passed on, in any connection, as where the server stands still.
    pub fn hold(&self) {
        self.shared.state.lock().unwrap().held = true;
    }

    /// As at the beginning.
    pub fn mend(&self) {
        let mut state = self.shared.state.lock().unwrap();
        state.held = false;
        self.shared.changed.notify_all();
        if std::mem::take(&mut state.cut) {
            self.listen(TcpListener::bind(self.address).unwrap());
        }
    }

    fn listen(&self, listener: TcpListener) {
        let shared = self.shared.clone();
        thread::spawn(move || {
            for caller in listener.incoming() {
                let caller = caller.unwrap();
                let mut state = shared.state.lock().unwrap();
                if state.cut {
                    return;
                }
                let Ok(server) = TcpStream::connect(shared.server) else {
                    continue;
                };
                let (caller, server) = (Arc::new(caller), Arc::new(server));
                state.open.retain(|end| end.strong_count() > 0);
                for (from, to) in [(&caller, &server), (&server, &caller)] {
                    from.set_nodelay(true).unwrap();
                    state.open.push(Arc::downgrade(from));
                    let (from, to) = (from.clone(), to.clone());
                    let shared = shared.clone();
                    thread::spawn(move || pass(&shared, &from, &to));
                }
            }
        });
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.mend();
        self.cut();
    }
}

/// Passes on what comes until either end is closed.
fn pass(shared: &Shared, mut from: &TcpStream, mut to: &TcpStream) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length) = from.read(&mut buffer)
        && length > 0
    {
        let mut state = shared.state.lock().unwrap();
        while state.held {
            state = shared.changed.wait(state).unwrap();
        }
        drop(state);
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
