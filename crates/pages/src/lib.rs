//! The HTML that people (not developers) see, and the wording of messages to
//! them, in English and Russian. No I/O.
//!
//! A view is a plain struct; its `render` gives the page. Every page works
//! without JavaScript, loads nothing, and can be served with a content
//! security policy that allows nothing but its own two style blocks, whose
//! hashes come with it. Templates are compiled and escape by default; what may
//! be put into them as markup is made in one place, `placeholders`.

pub mod accent;
pub mod action;
mod card;
pub mod change;
pub mod complaint;
pub mod confirm;
mod control;
pub mod date;
pub mod input;
pub mod language;
pub mod leave;
pub mod manager;
pub mod message;
pub mod page;
pub mod placeholders;
pub mod problem;
pub mod subscribe;
mod texts;
pub mod unsubscribe;

pub use accent::Accent;
pub use action::Action;
pub use change::Change;
pub use complaint::Complaint;
pub use confirm::{Confirm, ConfirmState};
pub use date::Date;
pub use input::{Control, Input};
pub use language::Language;
pub use leave::{Leave, LeaveState};
pub use manager::{Entry, Manager, Topic};
pub use message::{Mail, OptIn, Wording};
pub use page::{Form, Frame, Page, STYLE, SubscriptionLabel};
pub use problem::{Problem, ProblemKind};
pub use subscribe::{Consent, Subscribe};
pub use unsubscribe::{Unsubscribe, UnsubscribeState};
