//! The path from what a webhook received to a profile that is written once: the
//! same for a delivery that comes, one that is replayed and one that is tried.
//!
//! 1. [`HookSettings`] is what people defined; [`secrets`] what senders know.
//! 2. [`WebhookRequest`] is a request as it came, and as it is kept.
//! 3. [`read()`] makes of it what is to be written, if anything.
//! 4. [`apply()`] writes the profile and the delivery in one statement, or keeps
//!    why it could not be.

mod answer;
mod apply;
mod dry;
mod pending_write;
mod read;
mod request;
pub mod secrets;
mod settings;

pub use answer::{AcceptedDelivery, Answer, accepted, answer};
pub use apply::{DeliveryOrigin, DeliveryOutcome, apply};
pub use dry::{DryRunResult, dry_run};
pub use read::{ParsedDelivery, read};
pub use request::WebhookRequest;
pub use settings::{HookSettings, NewHook};

/// What history calls changes made by webhooks.
pub const INTERFACE: &str = "webhook";
