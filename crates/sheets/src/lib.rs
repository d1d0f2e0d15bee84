//! Tables as streams of bytes: CSV, JSON Lines and XLSX, each gzipped if asked
//! for. No I/O: cells go in, bytes come out, and memory stays flat however long
//! the table becomes.
//!
//! ```
//! use roster_sheets::{Cell, Csv, Format, Options, Writer};
//!
//! let options = Options::new(Format::Csv(Csv::default()));
//! let columns = ["name".to_owned(), "visits".to_owned()];
//! let mut writer = Writer::begin(&options, &columns).unwrap();
//! writer.row(&[Cell::from("=1+1"), Cell::Integer(-5)]).unwrap();
//! let mut file = writer.take();
//! file.extend(writer.finish().unwrap());
//! assert_eq!(file, b"name,visits\r\n'=1+1,-5\r\n");
//! ```
//!
//! A writer can be suspended after any row and resumed elsewhere from a small
//! state ([`Writer::suspend`], [`Writer::resume`]): the pieces, put one after
//! the other, are one sound file. That is how a job writes a file in many steps
//! of which each may be the last of its process.

#![forbid(unsafe_code)]

mod archive;
mod cell;
mod delimited;
mod error;
mod lines;
mod options;
mod settings;
mod writer;
mod xlsx;
mod xml;
mod zip;

pub use cell::Cell;
pub use error::Error;
pub use options::{Csv, Delimiter, Format, LineEnd, Options, Quote};
pub use roster_model::import::{neutralise, restore};
pub use settings::{FORMATS, LINE_ENDS, QUOTES};
pub use writer::{State, Writer};
pub use xlsx::{MAX_COLUMNS, MAX_ROWS};
pub use zip::Zip;
