//! What can go wrong between the store and its database.

/// An error of the store. Its text is for logs: it may hold SQL and must not
/// reach a client.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// The database stayed locked longer than its busy timeout; try again.
    Busy,
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
    /// A database, field or resource has changed: prepare the items anew.
    Catalogue,
    /// A profile or a match key has changed: look up anew.
    Profiles,
    /// A job was paused, cancelled or taken over: leave it alone.
    Job,
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
        } else if text.contains("roster: ") {
            Self::Stale(Guard::Profiles)
        } else if text.contains("database is locked") || text.contains("database table is locked") {
            Self::Busy
        } else if text.contains("constraint failed") {
            Self::Conflict(text)
        } else if text.contains("disk is full") || text.contains("readonly database") {
            Self::Full(text)
        } else {
            Self::Database(text)
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Busy => f.write_str("the database is locked"),
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
