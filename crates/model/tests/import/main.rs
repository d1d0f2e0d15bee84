//! Imports: settings, what rows become, and values that go out and come back.

#[path = "../write/support.rs"]
#[allow(dead_code)]
mod support;

mod elsewhere;
mod kit;
mod left_out;
mod moved;
mod proposals;
mod round_trip;
mod rows;
mod settings;
