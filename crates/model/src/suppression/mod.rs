//! Suppression lists: addresses, domains and numbers that get no messages,
//! no matter whom they belong to or what they subscribed to.

mod entry;
mod forms;
mod hit;
mod list;

pub use entry::{Entry, EntryHints};
pub use forms::{Form, Forms, Kind};
pub use hit::{is_hit, keys};
pub use list::{GLOBAL, MAX_LISTS, Suppression, SuppressionSettings, note};
