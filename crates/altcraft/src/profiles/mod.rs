//! `profiles/*`.

mod batch;
mod beside;
mod contacts;
mod list;
mod merge;
mod read;
mod segstatic;
mod steps;
mod unsubscribe;
mod write;

pub(crate) use batch::batch;
pub(crate) use beside::{notes, start};
pub(crate) use list::{END, filled, list, page};
pub(crate) use merge::{merge, split};
pub(crate) use read::{delete, get, who};
pub(crate) use segstatic::segstatic;
pub(crate) use unsubscribe::message_unsub;
pub(crate) use write::write;

/// What a write may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Import,
    Add,
    Update,
}

impl Mode {
    fn as_str(self) -> &'static str {
        match self {
            Mode::Import => "import",
            Mode::Add => "add",
            Mode::Update => "update",
        }
    }
}
