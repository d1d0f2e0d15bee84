//! Suppression lists: addresses, domains and numbers that get no messages,
//! whoever they belong to and whatever they subscribed to.

mod entry;
mod forms;
mod hit;
mod list;

pub use entry::{Entry, EntryHints};
pub use forms::{Form, Forms, Kind};
pub use hit::{is_hit, keys};
pub use list::{GLOBAL, MAX_LISTS, Suppression, SuppressionSettings, note};
