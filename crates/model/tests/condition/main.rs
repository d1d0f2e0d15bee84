//! Conditions: what each test means, and what is refused.

mod dates;
mod errors;
mod events;
mod fields;
mod parts;
mod segments;
mod support;
