//! What a tick does with the outbox: finds what is due, leaves out what is not
//! to be sent any more, sends the rest and notes what became of it. Knows
//! nothing of a host: requests are sent by whatever implements [`Sender`].
//!
//! A message is noted as sent after it was sent. Anyone who dies in between leaves
//! it to be sent a second time, with the same id: never twice as long as nobody
//! dies, never not at all.

#![forbid(unsafe_code)]

mod asking;
mod change;
mod check;
mod deliver;
mod judge;
mod lanes;
mod letter;
mod question;
mod sender;
mod settings;
mod wake;

pub use deliver::{DeliveryCounts, World, beside, deliver};
pub use letter::{Letter, preview};
pub use sender::{Answer, Sender};
pub use settings::{Settings, Variables};
pub use wake::{ACTOR, INTERFACE, wake};

use roster_model::MessageId;

/// A message's id as those who get it know it: `msg_17`.
#[must_use]
pub fn public_id(id: MessageId) -> String {
    format!("msg_{id}")
}
