//! The store's tests, for any engine: anyone who includes this module has beside
//! it a module `engine` with `Connection`, `open` and `STORE`.

mod changes;
mod check;
mod client;
mod conditions;
mod crowds;
mod definitions;
mod erasures;
mod exports;
mod faults;
mod fields;
mod histories;
mod hooks;
mod idempotency;
mod left_categories;
mod outbox;
mod races;
mod racing;
mod random;
mod reads;
mod relations;
mod reports;
mod schedules;
mod schema;
mod searched;
mod searches;
mod segments;
mod sendable;
mod standing;
mod statements;
mod steady;
mod suppressions;
mod vocabulary;
mod waking;
mod watchers;
pub mod world;
mod writes;
