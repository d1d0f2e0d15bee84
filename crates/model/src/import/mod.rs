//! Imports: what the rows of a file become.

pub mod cell;
mod formula;

pub use formula::{neutralise, restore};
