//! The store's tests, for any engine: whoever includes this module has beside
//! it a module `engine` with `Connection`, `open` and `STORE`.

mod check;
mod faults;
mod histories;
mod idempotency;
mod meddling;
mod random;
mod races;
mod reads;
mod searches;
mod statements;
mod world;
mod writes;

pub use world::block_on;
