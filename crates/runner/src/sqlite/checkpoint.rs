//! Checkpoints: copies the write-ahead log (WAL) into the file on a thread apart. SQLite
//! would have the writer do it whose commit makes the WAL long enough, and that writer waits
//! for the disk.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI32, Ordering},
    },
};

use rusqlite::hooks::Wal;
use tokio::sync::{Notify, Semaphore};

/// The length of the WAL, in pages, that begins a checkpoint: many commits touch the same
/// pages, which are then copied once.
const PAGES: i32 = 4000;

/// The length of the WAL, in pages, after the last commit. One process serves one file, so
/// that one number does; were there more, a checkpoint would come sooner or later than need
/// be.
static LENGTH: AtomicI32 = AtomicI32::new(0);

/// The checkpoints of one file.
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

    /// Notes the WAL's length at each commit of a connection, in place of a checkpoint there.
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
                    if let Err(error) = checkpoint(path.clone(), &writer).await {
                        eprintln!("checkpoint failed: {error}");
                    }
                }
            });
        }
        self.due.notify_one();
    }
}

/// Most pages are copied while others write. What they wrote meanwhile is little and is copied
/// while they wait, so that the next one writes from the WAL's beginning.
async fn checkpoint(path: Arc<Path>, writer: &Arc<Semaphore>) -> Result<(), String> {
    let opened = tokio::task::spawn_blocking(move || {
        let connection = rusqlite::Connection::open(&path)?;
        copy(&connection)?;
        Ok(connection)
    });
    let connection: rusqlite::Result<rusqlite::Connection> =
        opened.await.map_err(|error| error.to_string())?;
    let connection = connection.map_err(|error| error.to_string())?;
    let turn = writer.clone().acquire_owned().await;
    let rest = tokio::task::spawn_blocking(move || copy(&connection));
    let rest = rest.await.map_err(|error| error.to_string())?;
    LENGTH.store(0, Ordering::Relaxed);
    drop(turn);
    rest.map_err(|error| error.to_string())
}

fn copy(connection: &rusqlite::Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
}
