//! Imports: what the rows of a file become.
//!
//! 1. [`ImportSettings::parse`] reads what a person asked for, and checks it
//!    against the database.
//! 2. [`Plan::new`] looks up the columns of one file, once.
//! 3. [`Plan::prepare`] makes of a row what a batch makes of an item, so that
//!    an import is a batch and follows its rules.
//!
//! [`propose`] looks at a file before and says what its columns may be.

mod blame;
pub mod cell;
mod columns;
mod consent;
mod convert;
mod dates;
mod formula;
mod mapping;
mod number;
mod plan;
mod propose;
mod questions;
mod reader;
mod relation;
mod relation_rule;
mod segment;
mod settings;
pub mod sheet_error;
mod subscriber;
mod target;
mod words;

pub use columns::Columns;
pub use dates::{Century, DateFormat};
pub use formula::{neutralise, restore};
pub use mapping::{MAX_COLUMN_CHARS, MAX_MAPPED};
pub use plan::{Plan, Row};
pub use propose::{
    Clue, Confidence, Look, LookCount, Proposal, Proposals, propose, propose_without_ids,
    proposed_ids,
};
pub use questions::Question;
pub use reader::{APOSTROPHES, DECIMALS, EMPTY_CELLS, MAX_SEPARATOR_CHARS, MAX_WORDS};
pub use relation_rule::MAX_RELATED;
pub use segment::{RowOutcome, SegmentChoice, SegmentGoal};
pub use settings::{ImportSettings, OTHERS};
pub use target::{MAX_LABEL_CHARS, MAX_TARGETS};
