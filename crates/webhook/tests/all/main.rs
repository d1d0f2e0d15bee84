//! Webhooks from the outside: what senders document, and what must never be.

mod docs;
mod invariants;
mod mapping;
mod payload;
mod presets;
mod sign;
mod support;
mod verify;
