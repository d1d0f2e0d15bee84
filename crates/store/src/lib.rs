//! Every SQL statement of Roster, one module per thing stored.
//!
//! The statements are `.sql` files beside the modules that use them, so that
//! they can be read in one sitting and each prepared by a test.

#![forbid(unsafe_code)]

pub mod apps;
pub mod catalogue;
pub mod conditions;
pub mod connectors;
pub mod control;
pub mod databases;
pub mod define;
pub mod definitions;
pub mod deliveries;
pub mod duplicates;
pub mod erasures;
mod error;
pub mod expiry;
pub mod fields;
pub mod forms;
#[cfg(feature = "spin")]
mod group;
pub mod health;
pub mod history;
pub mod hooks;
pub mod idempotency;
pub mod import_settings;
pub mod jobs;
pub mod link_keys;
pub mod merges;
pub mod migrate;
#[cfg(feature = "native")]
pub mod native;
pub mod outbox;
pub mod overview;
pub mod pace;
mod packed;
pub mod passkeys;
pub mod profiles;
pub mod rates;
#[cfg(feature = "spin")]
pub mod reader;
pub mod relation_types;
pub mod relations;
pub mod resources;
pub mod restrictions;
pub mod schedules;
pub mod sealing;
pub mod search;
pub mod segments;
pub mod sessions;
#[cfg(feature = "spin")]
pub mod spin;
mod sql;
pub mod standing;
pub mod steady;
pub mod suppressions;
pub mod tokens;
pub mod transaction;
pub mod undo;
pub mod users;
#[cfg(feature = "spin")]
mod wake;
pub mod waking;
pub mod watchers;
pub mod write;
#[cfg(feature = "spin")]
pub mod writer;

pub use error::{Error, Guard};
pub use sql::{Cell, Lend, Row, SoleConnection, Sql};

/// A value as JSON text, as the statements take their rows.
pub(crate) fn json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Corrupt(error.to_string()))
}
