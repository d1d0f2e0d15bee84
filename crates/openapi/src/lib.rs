//! The API's description of itself: one OpenAPI 3.1 document of all components,
//! and a page that shows it. Both are files that the component `access` serves;
//! `cargo run -p roster-openapi` writes them, and a test fails when they are not
//! what it would write.

#![forbid(unsafe_code)]

mod assemble;
mod page;
mod places;
mod statuses;

pub use assemble::{document, routes};
pub use page::page;

/// Where the files are, from the workspace's root.
pub const FILES: [&str; 2] = ["crates/api/openapi.json", "crates/api/docs.html"];

/// What the files must hold, in the order of [`FILES`].
pub fn contents() -> [String; 2] {
    let document = document();
    let page = page(&document);
    [format!("{document:#}\n"), page]
}

/// The workspace's root.
pub fn root() -> std::path::PathBuf {
    let package = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    package.join("../..")
}
