//! What can go wrong between the store and its database.

/// An error of the store. Its text is for logs: it may hold SQL and must not
/// reach a client.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// The database stayed locked longer than its busy timeout, or the statement was
    /// aborted since it got into another's way. Nothing was written; try again.
    Busy,
    /// The connection was closed before the statement came to it, or none can be
    /// opened. Nothing was written.
    Closed(String),
    /// The connection broke off, and nobody knows whether the statement was done.
    Lost(String),
    /// A guard found that what the caller had read is no longer so; read again.
    Stale(Guard),
    /// A constraint refused the write: somebody else was faster.
    Conflict(String),
    /// The file was written by a newer Roster than this one.
    Newer {
        /// The schema version of the file.
        file: i64,
        /// The newest schema version that this code knows.
        known: i64,
    },
    /// The disk is full or refuses to be written.
    Full(String),
    /// The database holds something that this code never writes.
    Corrupt(String),
    /// Anything else that the database said.
    Database(String),
}

/// Which guard of a write refused it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// A database, field or resource has changed: prepare the items again.
    Catalogue,
    /// A profile or a match key has changed: look up again.
    Profiles,
    /// A job was paused, cancelled or taken over: leave it alone.
    Job,
    /// A run of a schedule was cancelled or taken over: leave it alone.
    Run,
}

impl Error {
    /// Reads what the engine said. The engines report constraints and locks as
    /// text only, through Spin and libSQL alike; the guards' texts are ours
    /// (migrations), the others are used to decide whether to try again, never
    /// what to answer.
    #[must_use]
    pub fn from_engine(text: String) -> Self {
        if text.contains("roster: the catalogue has changed") {
            Self::Stale(Guard::Catalogue)
        } else if text.contains("roster: the job is not held") {
            Self::Stale(Guard::Job)
        } else if text.contains("roster: the run is not held") {
            Self::Stale(Guard::Run)
        } else if text.contains("roster: ") {
            Self::Stale(Guard::Profiles)
        } else if any(&text, ABORTED) {
            Self::Busy
        } else if text.contains("constraint failed") {
            Self::Conflict(text)
        } else if text.contains("disk is full") || text.contains("readonly database") {
            Self::Full(text)
        } else if any(&text, NOT_BEGUN) {
            Self::Closed(text)
        } else if any(&text, BROKEN_OFF) {
            Self::Lost(text)
        } else {
            Self::Database(text)
        }
    }
}

/// What SQLite and a libSQL server say of a statement, or a whole transaction, that
/// they took back since another had the lock.
const ABORTED: &[&str] = &[
    "database is locked",
    "database table is locked",
    "database schema is locked",
    "SQLITE_BUSY",
    "SQLITE_LOCKED",
    "SQLITE_INTERRUPT",
    "SQLite error: interrupted",
    "Transaction timed",
    "TRANSACTION_TIMEOUT",
    "TRANSACTION_BUSY",
    "additional transactions",
    "Too many concurrent requests",
    "Timed out while opening database connection",
    // The index of words could not be opened: under load another had the lock just then.
    "vtable constructor failed",
];

/// What libSQL's client and server say where a statement was not begun: its stream was
/// idle for too long, the server was started again since, or nobody is there.
const NOT_BEGUN: &[&str] = &[
    "The stream has expired",
    "STREAM_EXPIRED",
    "stream closed",
    "Received an invalid baton",
    "Stream for this baton was closed",
    "error trying to connect",
    "Connection refused",
];

/// What they say where a connection ended in between.
const BROKEN_OFF: &[&str] = &[
    "http error",
    "baton that has already been used",
    "connection closed",
    "Connection reset",
    "Broken pipe",
    "cursor stream ended prematurely",
    "json error: `EOF",
    "column send error",
    // A replica of libSQL's server may lose a transaction: what came after was done by itself.
    "cannot commit - no transaction is active",
    // Of Spin, where the client ended without an answer.
    "channel closed",
    // An answer that had begun.
    "error reading a body from connection",
    "unexpected EOF",
    "end of file before message length reached",
    "connection error",
    "operation was canceled",
    // A proxy before the server, which lost it.
    "502 Bad Gateway",
    "503 Service",
    "504 Gateway",
];

fn any(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| text.contains(phrase))
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Busy => f.write_str("the database is locked"),
            Self::Closed(text) => write!(f, "the database can't be reached: {text}"),
            Self::Lost(text) => write!(f, "the database's connection broke off: {text}"),
            Self::Stale(guard) => write!(f, "a guard refused the write: {guard:?}"),
            Self::Conflict(text) => write!(f, "a constraint refused the write: {text}"),
            Self::Newer { file, known } => write!(
                f,
                "the database file has schema version {file}, newer than the {known} known here"
            ),
            Self::Full(text) => write!(f, "the disk refuses to be written: {text}"),
            Self::Corrupt(text) => write!(f, "the database holds something unexpected: {text}"),
            Self::Database(text) => write!(f, "the database said: {text}"),
        }
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Spin hands on what libSQL's client makes of a server's answers.
    fn engine(text: &str) -> Error {
        Error::from_engine(text.to_owned())
    }

    #[test]
    fn what_was_taken_back_is_busy() {
        for text in [
            "database is locked",
            "Hrana: `stream error: `Error { message: \"SQLite error: interrupted\", code: \"SQLITE_INTERRUPT\" }``",
            "Hrana: `cursor error: `error at step 0: SQLite error: interrupted``",
            "Hrana: `cursor error: `error at step 0: SQLite error: database is locked``",
            "Hrana: `stream error: `Error { message: \"Transaction timed out\", code: \"TRANSACTION_TIMEOUT\" }``",
            "Hrana: `api error: `{\"error\":\"Too many concurrent requests\"}``",
            "vtable constructor failed: search",
        ] {
            assert_eq!(engine(text), Error::Busy, "{text}");
        }
    }

    #[test]
    fn what_was_not_begun_is_told_from_what_may_have_been_done() {
        for text in [
            "Hrana: `api error: `The stream has expired due to inactivity``",
            "Hrana: `api error: `Received an invalid baton``",
            "Hrana: `http error: `error trying to connect: tcp connect error: Connection refused (os error 111)``",
        ] {
            assert!(matches!(engine(text), Error::Closed(_)), "{text}");
        }
        for text in [
            "Hrana: `http error: `connection closed before message completed``",
            "Hrana: `http error: `connection error: Connection reset by peer (os error 104)``",
            "Hrana: `cursor error: `cursor stream ended prematurely``",
            "Hrana: `cursor error: `error at step 0: (error code: SQLITE_UNKNOWN) `SQLite error: cannot commit - no transaction is active```",
            "channel closed",
            "Hrana: `cursor error: `cursor error: `error reading a body from connection: unexpected EOF during chunk size line```",
            "Hrana: `api error: `<html><head><title>502 Bad Gateway</title></head></html>``",
        ] {
            assert!(matches!(engine(text), Error::Lost(_)), "{text}");
        }
        for text in ["no such table: x", "Hrana: `api error: `unauthorized``"] {
            assert!(matches!(engine(text), Error::Database(_)), "{text}");
        }
    }

    #[test]
    fn what_a_guard_or_a_constraint_says_comes_first() {
        let step = |text: &str| {
            engine(&format!(
                "Hrana: `cursor error: `error at step 0: SQLite error: {text}``"
            ))
        };
        let changed = step("roster: a profile has changed");
        assert_eq!(changed, Error::Stale(Guard::Profiles));
        let twice = step("UNIQUE constraint failed: match_keys.value");
        assert!(matches!(twice, Error::Conflict(_)));
    }
}
