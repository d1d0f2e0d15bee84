//! The rules about values and settings, from the outside.

mod dates;
mod emails;
mod settings;
mod values;
