//! The API's description of itself: one OpenAPI 3.1 document of all components. It is a
//! file that the component `access` serves; `cargo run --bin roster-openapi` writes it, and
//! a test fails when it is not what that would write.

#![forbid(unsafe_code)]

mod assemble;
mod places;
mod statuses;

pub use assemble::{document, routes};

/// Where the file is, from the workspace's root.
pub const FILE: &str = "crates/api/openapi.json";

/// What the file must hold.
pub fn contents() -> String {
    format!("{:#}\n", document())
}

/// The workspace's root.
pub fn root() -> std::path::PathBuf {
    let package = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    package.join("../..")
}
