//! The file of a database, and what connections to it share: those that are open and
//! lent to nobody, the line of those that want to write, and what is known of statements.

use std::{
    collections::HashMap,
    io::Read as _,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::checkpoint::Checkpoints;

/// How many open connections wait for their next use, for each component.
const KEPT: usize = 4;

/// Statements that are kept prepared on a connection that is used again and again;
/// rusqlite's own number, which is Spin's, is 16.
const PREPARED: usize = 64;

/// How long SQLite looks for its lock, on a thread where nobody else waits for that.
pub const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Instructions of SQLite's machine between two looks at the clock.
const INSTRUCTIONS: i32 = 1000;

/// Of how many statements something is remembered.
const REMEMBERED: usize = 2000;

/// How often a statement that took long is run on a thread of its own, before it is tried
/// without again.
const DISTRUST: u8 = 32;

/// A database as one component opens it. Clones share it.
#[derive(Clone, Debug)]
pub struct Database {
    path: Arc<Path>,
    /// None where everything is as in Spin: a new connection for each `open`, each
    /// statement on a thread of its own.
    shared: Option<Arc<Shared>>,
    /// Connections that nobody uses. They keep their settings, so they are one
    /// component's alone.
    idle: Arc<Mutex<Vec<OpenConnection>>>,
}

impl Default for Database {
    fn default() -> Self {
        Self::like_spin(PathBuf::new())
    }
}

/// What all components' connections to a file share.
#[derive(Debug)]
pub struct Shared {
    /// The queue of writers: one at a time, first come, first served. SQLite would have
    /// them poll for its lock, and the lock goes to the one that polls at the right moment.
    writer: Arc<Semaphore>,
    seen: Mutex<HashMap<String, Statement>>,
    /// Whether the file uses a write-ahead log (WAL), so that readers and writers don't wait
    /// for each other. Until then all is done as in Spin.
    in_wal: AtomicBool,
    /// Checkpoints the WAL, on a thread apart from the writers'.
    pub checkpoints: Checkpoints,
}

/// What is known of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Whether it writes or takes the lock.
    pub writes: bool,
    /// For how many more runs it is taken for long.
    distrust: u8,
}

impl Statement {
    /// Whether it took no longer than a moment when it ran last.
    pub fn is_short(self) -> bool {
        self.distrust == 0
    }
}

/// A connection to the file, open.
#[derive(Debug)]
pub struct OpenConnection {
    /// SQLite's.
    pub sqlite: rusqlite::Connection,
    /// Held from the beginning of a transaction that writes to its end.
    pub permit: Option<OwnedSemaphorePermit>,
    /// When the statement that runs is to be given up; 0 for never.
    deadline: Arc<AtomicU64>,
    /// Whether it is no longer as others expect it.
    altered: Arc<AtomicBool>,
}

impl Database {
    /// Everything as in Spin.
    pub fn like_spin(path: PathBuf) -> Self {
        Self {
            path: path.into(),
            shared: None,
            idle: Arc::default(),
        }
    }

    /// Connections are kept, and short statements run where they are asked for.
    pub fn fast(path: PathBuf) -> Self {
        let path: Arc<Path> = path.into();
        let writer = Arc::new(Semaphore::new(1));
        let shared = Shared {
            checkpoints: Checkpoints::new(path.clone(), writer.clone()),
            writer,
            seen: Mutex::default(),
            in_wal: AtomicBool::new(false),
        };
        Self {
            path,
            shared: Some(Arc::new(shared)),
            idle: Arc::default(),
        }
    }

    /// Where the file is.
    #[cfg(test)]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The same file for another component.
    pub fn for_component(&self) -> Self {
        Self {
            path: self.path.clone(),
            shared: self.shared.clone(),
            idle: Arc::default(),
        }
    }

    /// What its connections share; none where everything is as in Spin, as it is until the
    /// file uses a WAL.
    pub fn shared(&self) -> Option<&Arc<Shared>> {
        let shared = self.shared.as_ref()?;
        if !shared.in_wal.load(Ordering::Relaxed) {
            if !uses_wal(&self.path) {
                return None;
            }
            shared.in_wal.store(true, Ordering::Relaxed);
        }
        Some(shared)
    }

    /// An open connection.
    pub fn open(&self) -> rusqlite::Result<OpenConnection> {
        if let Some(kept) = self.idle().pop() {
            return Ok(kept);
        }
        let (deadline, altered) = (Arc::default(), Arc::default());
        let sqlite = rusqlite::Connection::open(&self.path)?;
        let open = OpenConnection {
            permit: None,
            deadline,
            altered,
            sqlite,
        };
        forbid(&open, self.shared.is_some());
        if let Some(shared) = &self.shared {
            open.sqlite.set_prepared_statement_cache_capacity(PREPARED);
            let deadline = open.deadline.clone();
            let is_over = move || {
                let deadline = deadline.load(Ordering::Relaxed);
                deadline != 0 && now() > deadline
            };
            open.sqlite.progress_handler(INSTRUCTIONS, Some(is_over));
            shared.checkpoints.watch(&open.sqlite);
        }
        Ok(open)
    }

    /// Takes back a connection for the next who opens one, if it is as good as new.
    pub fn give_back(&self, mut open: OpenConnection) {
        // Given up last: dropping a connection rolls back.
        let permit = open.permit.take();
        let good = self.shared.is_some() && open.sqlite.is_autocommit() && !open.is_altered();
        let mut idle = self.idle();
        if good && idle.len() < KEPT {
            idle.push(open);
        } else {
            drop(open);
        }
        drop(permit);
    }

    fn idle(&self) -> MutexGuard<'_, Vec<OpenConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    /// A place in the line of those who write, once it comes to it; none if it takes too
    /// long.
    pub async fn turn_to_write(&self, patience: Duration) -> Option<OwnedSemaphorePermit> {
        let turn = self.writer.clone().acquire_owned();
        // It is never closed.
        tokio::time::timeout(patience, turn).await.ok()?.ok()
    }

    /// What is known of a statement; none if it can't be prepared now.
    pub fn known(&self, connection: &rusqlite::Connection, sql: &str) -> Option<Statement> {
        if let Some(statement) = self.seen().get(sql) {
            return Some(*statement);
        }
        // Preparing reads the schema. Anyone who keeps it locked is waited for on a thread.
        connection.busy_timeout(Duration::ZERO).ok()?;
        let prepared = connection.prepare_cached(sql).map(|one| !one.readonly());
        connection.busy_timeout(BUSY_TIMEOUT).ok()?;
        let statement = Statement {
            writes: prepared.ok()?,
            distrust: 0,
        };
        let mut seen = self.seen();
        if seen.len() >= REMEMBERED {
            seen.clear();
        }
        Some(*seen.entry(sql.to_owned()).or_insert(statement))
    }

    /// Notes whether a statement took long.
    pub fn note(&self, sql: &str, long: bool) {
        if let Some(statement) = self.seen().get_mut(sql) {
            statement.distrust = if long {
                DISTRUST
            } else {
                statement.distrust.saturating_sub(1)
            };
        }
    }

    fn seen(&self) -> MutexGuard<'_, HashMap<String, Statement>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenConnection {
    /// Whether a statement that writes needs no permit: it has one, or is in a transaction.
    pub fn may_write(&self) -> bool {
        self.permit.is_some() || !self.sqlite.is_autocommit()
    }

    /// Whether a component changed what others expect of a connection.
    pub fn is_altered(&self) -> bool {
        self.altered.load(Ordering::Relaxed)
    }

    /// Gives up what runs after `time`; none for never.
    pub fn give_up_after(&self, time: Option<Duration>) {
        let deadline = time.map_or(0, |time| {
            now().saturating_add(u64::try_from(time.as_micros()).unwrap_or(u64::MAX))
        });
        self.deadline.store(deadline, Ordering::Relaxed);
    }
}

/// Whether a file says that it uses a WAL: its read and write versions, at bytes 18 and 19,
/// are 2 (SQLite's file format, 1.3.3).
fn uses_wal(path: &Path) -> bool {
    let mut head = [0; 20];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok() && head.ends_with(&[2, 2])
}

/// Microseconds since the first call, and one.
fn now() -> u64 {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    let since = START.get_or_init(Instant::now).elapsed().as_micros();
    u64::try_from(since).unwrap_or(u64::MAX).saturating_add(1)
}

/// Forbids what Spin forbids, and notes what is not for the connection's next user.
fn forbid(open: &OpenConnection, kept: bool) {
    let altered = open.altered.clone();
    let decide = move |context: AuthContext<'_>| match context.action {
        // The empty name and :memory: reach no file; VACUUM itself uses the former.
        AuthAction::Attach { filename } if !matches!(filename, "" | ":memory:") => {
            Authorization::Deny
        }
        // The runner checkpoints the WAL itself.
        AuthAction::Pragma {
            pragma_name: "wal_autocheckpoint",
            pragma_value: Some(_),
        } if kept => Authorization::Ignore,
        AuthAction::Attach { .. }
        // What waits on a thread is not what a short statement sees.
        | AuthAction::Pragma {
            pragma_name: "busy_timeout",
            ..
        }
        | AuthAction::CreateTempTable { .. }
        | AuthAction::CreateTempTrigger { .. }
        | AuthAction::CreateTempView { .. }
        | AuthAction::Pragma {
            pragma_name: "locking_mode" | "query_only" | "foreign_keys",
            pragma_value: Some(_),
        } => {
            altered.store(true, Ordering::Relaxed);
            Authorization::Allow
        }
        _ => Authorization::Allow,
    };
    open.sqlite.authorizer(Some(decide));
}
