//! Copies the journal (the WAL) back into the file on a thread apart. SQLite would have
//! the writer do it whose commit makes the journal long enough, and that one waits for the
//! disk.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI32, Ordering},
    },
};

use rusqlite::hooks::Wal;
use tokio::sync::{Notify, Semaphore};

/// At how many pages the journal is copied back: many commits touch the same ones, which
/// are then copied once.
const PAGES: i32 = 4000;

/// How many pages the journal had after the last commit. One process serves one file, so
/// that one number does; were there more, a journal would be copied back sooner or later
/// than need be.
static LENGTH: AtomicI32 = AtomicI32::new(0);

/// What copies the journal of one file back.
#[derive(Debug)]
pub struct Checkpoints {
    path: Arc<Path>,
    writer: Arc<Semaphore>,
    due: Arc<Notify>,
    running: AtomicBool,
}

impl Checkpoints {
    /// For a file, whose writers wait for `writer`.
    pub fn new(path: Arc<Path>, writer: Arc<Semaphore>) -> Self {
        Self {
            path,
            writer,
            due: Arc::default(),
            running: AtomicBool::new(false),
        }
    }

    /// Notes the journal's length at each commit of a connection, in place of copying it
    /// back there.
    pub fn watch(&self, connection: &rusqlite::Connection) {
        connection.wal_hook(Some(|_: &Wal, pages| {
            LENGTH.store(pages, Ordering::Relaxed);
            Ok(())
        }));
    }

    /// To be called after a statement that wrote.
    pub fn wrote(&self) {
        if LENGTH.load(Ordering::Relaxed) < PAGES {
            return;
        }
        if !self.running.swap(true, Ordering::Relaxed) {
            let (path, writer, due) = (self.path.clone(), self.writer.clone(), self.due.clone());
            tokio::spawn(async move {
                loop {
                    due.notified().await;
                    if let Err(error) = copy_back(path.clone(), &writer).await {
                        eprintln!("the journal could not be copied back: {error}");
                    }
                }
            });
        }
        self.due.notify_one();
    }
}

/// Most of it goes while others write; what they wrote meanwhile is little, and goes while
/// they wait, so that the next writes from the journal's beginning.
async fn copy_back(path: Arc<Path>, writer: &Arc<Semaphore>) -> Result<(), String> {
    let opened = tokio::task::spawn_blocking(move || {
        let connection = rusqlite::Connection::open(&path)?;
        checkpoint(&connection)?;
        Ok(connection)
    });
    let connection: rusqlite::Result<rusqlite::Connection> =
        opened.await.map_err(|error| error.to_string())?;
    let connection = connection.map_err(|error| error.to_string())?;
    let turn = writer.clone().acquire_owned().await;
    let rest = tokio::task::spawn_blocking(move || checkpoint(&connection));
    let rest = rest.await.map_err(|error| error.to_string())?;
    LENGTH.store(0, Ordering::Relaxed);
    drop(turn);
    rest.map_err(|error| error.to_string())
}

fn checkpoint(connection: &rusqlite::Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
}
