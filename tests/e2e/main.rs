//! End-to-end tests: the real .wasm files behind the runner, over real HTTP.
//! The modules mirror the routes.

mod access;
mod databases;
mod fields;
mod serving;
mod support;
