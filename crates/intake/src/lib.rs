//! From the bytes of an uploaded file to records. No I/O: bytes are pushed in,
//! records come out, and whoever drives it fetches the bytes in between.
//!
//! **Stage 1** makes plain UTF-8 text of a file. [`Prober`] looks at the file
//! while it is uploaded; most files are UTF-8 text already and are read in place,
//! from the byte that [`Probe::in_place`] says.
//!
//! **Between them** [`detect()`] looks at how a text begins and finds out how to
//! read it; what a person set in [`FileSettings`] goes before.
//!
//! **Stage 2** makes records of the text, and can be taken up again at any of
//! them after a crash: store [`Records::position`] with the rows that were
//! applied and feed the text from [`Position::offset`] on.
//!
//! ```
//! use roster_intake::{FileSettings, Position, Records, detect, probe};
//!
//! let file = b"name;city\nAnna;K\xc3\xb6ln\nBen\nCora;\"Bad\nAibling\"\n";
//! let settings = FileSettings::default();
//! let start = probe(file).in_place(&settings).unwrap_or_default();
//! let detected = detect(file, true, "people.csv", &settings);
//!
//! let mut records = Records::new(&detected.reading, Position::start(start));
//! let mut seen = Vec::new();
//! for piece in file.chunks(5) {
//!     records.feed(piece, false);
//!     while let Some(item) = records.next_record() {
//!         match item {
//!             Ok(record) => seen.push((record.line, "fine")),
//!             Err(error) => seen.push((error.line, error.code)),
//!         }
//!     }
//! }
//! records.feed(&[], true);
//! assert!(records.next_record().is_none() && records.finished());
//! assert_eq!(records.columns(), ["name", "city"]);
//! assert_eq!(seen, [(2, "fine"), (3, "row_too_short"), (4, "fine")]);
//! ```
//!
//! # Errors of records
//!
//! | code | what |
//! | --- | --- |
//! | `row_too_short`, `row_too_long` | fewer or more cells than columns; the cells come with the error, nothing is shifted |
//! | `quote_not_closed` | a quote has swallowed what follows, up to the end, for a MiB, or up to a quote in the middle of a cell; reading goes on with the line after it |
//! | `record_too_large` | more than a MiB; left out up to the next line end |
//! | `header_broken` | the header is one of these; the last that comes |

mod buffer;
pub mod detect;
pub mod records;
pub mod settings;
pub mod unpack;

pub use detect::{Detected, LineEnd, Reason, detect};
pub use records::{Cells, Content, Place, Position, Record, RecordError, Records};
pub use settings::{Escape, FileSettings, Format, Quote, Reading};
pub use unpack::{Begin, End, Event, Kind, Limits, Probe, Prober, UnpackError, Unpacker, probe};
