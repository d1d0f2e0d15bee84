//! Altcraft's API v1.1 in the words of `/v1`.
//!
//! What a client sends is looked at ([`Envelope`]), and read once its token is known to be
//! good ([`AltCall`]); it is translated into one or several requests of `/v1` ([`Api`]), and
//! their answers become Altcraft's ([`AltAnswer`]). Nothing is
//! decided here that `/v1` decides: who is matched, what may be written and by whom is its
//! business, and so there is one set of rules however a change comes. What is decided here is
//! how things are spelled: ids that are numbers, members that stand in several places, an
//! error that is a member of a good answer.
//!
//! The component gives it an [`Api`] with the caller's own token, so that scopes hold.

mod answer;
mod api;
mod body;
mod call;
mod conditions;
mod databases;
mod digest;
mod failure;
mod fields;
mod history;
mod ids;
mod item;
mod lists;
mod members;
mod methods;
pub mod mobile;
mod pattern;
mod profile;
mod profiles;
mod query;
mod quick;
mod reference;
mod relations;
mod resources;
mod segments;
mod statuses;
mod subscribers;
mod subscription;
mod subscriptions;
mod suppresses;
mod suspend;
mod tasks;
mod xml;
mod xml_text;

pub use answer::{AltAnswer, Format};
pub use api::{Api, ApiAnswer, ApiRequest, Verb};
pub use call::{AltCall, Envelope, HttpCall, bearer};
pub use failure::Failure;
pub use fields::Fields;
pub use methods::{METHODS, answer};
pub use quick::{QUICK_IMPORT, QuickAnswer, QuickCall, quick_import};
pub use tasks::download;

/// The largest body of a call.
pub const MAX_BYTES: usize = 10 << 20;
/// The most profiles of a batch.
pub const MAX_ITEMS: usize = 10_000;
