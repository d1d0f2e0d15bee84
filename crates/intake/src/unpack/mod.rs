//! Stage 1: from the bytes of a file to plain UTF-8 text.

mod probe;
mod utf8;

pub use probe::{Kind, Probe, Prober, probe};
