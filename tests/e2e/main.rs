//! End-to-end tests: the real .wasm files behind the runner, over real HTTP.
//! The modules mirror the routes.

mod access;
mod bounded;
mod consent;
mod databases;
mod definitions;
mod deploy;
mod description;
mod documents;
mod durability;
mod exports;
mod fair;
mod fields;
mod grants;
mod history;
mod hooks;
mod hosts;
mod imports;
mod latency;
mod legislators;
mod openapi;
mod outages;
mod outbox;
mod profiles;
mod quirks;
mod readme;
mod resources;
mod search;
mod segments;
mod serving;
mod standing;
mod support;
mod suppressions;
mod two_hosts;
mod updates;
mod views;
