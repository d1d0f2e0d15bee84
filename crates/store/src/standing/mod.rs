//! How contacts stand, no matter who has them: that they left, complained or bounced.
//! No contact is kept here, only a keyed hash of it, so what is told of somebody
//! who was erased can be asked and not read.

mod adopt;
mod keys;
pub mod ledger;
pub mod links;
mod rows;
mod save;

pub(crate) use adopt::adopt;
pub use keys::{Hash, StandingKey, StandingKeys};
pub use rows::of_subscriptions;
pub(crate) use rows::{StandingLookup, ask, put, touched};
pub use save::{erased, left, load};
