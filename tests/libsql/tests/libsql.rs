//! The store's tests, those of crates/store/tests/shared, on libSQL's engine.

mod engine {
    //! libSQL in this process.

    use std::path::Path;

    pub use roster_store_libsql::Connection;

    /// Where the crate of the store is.
    pub const STORE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/store");
/// Whether it keeps statements as they were given, with their spaces and comments.
pub const KEEPS_TEXT: bool = false;

    /// Opens or creates a file.
    pub fn open(path: &Path) -> Connection {
        crate::shared::world::block_on(Connection::open(path)).unwrap()
    }
}

#[path = "../../../crates/store/tests/shared/mod.rs"]
mod shared;
