//! The store's tests on SQLite. They run on libSQL's engine too: tests/libsql.

mod engine {
    //! SQLite in this process.

    use std::path::Path;

    pub use roster_store::native::Native as Connection;

    /// Where the crate of the store is.
    pub const STORE: &str = env!("CARGO_MANIFEST_DIR");
    /// Whether it keeps statements as they were given, with their spaces and comments.
    pub const KEEPS_TEXT: bool = true;

    /// Opens or creates a file.
    pub fn open(path: &Path) -> Connection {
        Connection::open(path).unwrap()
    }
}

#[path = "../shared/mod.rs"]
mod shared;
