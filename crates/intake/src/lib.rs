//! From the bytes of an uploaded file to records. No I/O: bytes are pushed in,
//! records come out, and anyone who drives it fetches the bytes in between.
//!
//! **Stage 1** makes plain UTF-8 text of a file. [`Prober`] looks at the file
//! while it is uploaded; most files are UTF-8 text already and are read in place,
//! from the byte that [`Probe::in_place`] says. All others go through an
//! [`Unpacker`]: gzip, zip and tar (one level), XLSX, XLS and ODS, and every encoding
//! of the WHATWG Encoding Standard.
//!
//! ```
//! use roster_intake::{Event, FileSettings, Limits, Unpacker};
//!
//! let file = b"\xff\xfea\0,\0\xe9\0\n\0"; // UTF-16
//! let mut unpacker = Unpacker::new("a.csv", &FileSettings::default(), Limits::default())?;
//! let mut text = Vec::new();
//! for piece in file.chunks(3).chain([&[][..]]) {
//!     unpacker.feed(piece, piece.is_empty());
//!     while let Some(event) = unpacker.next_event()? {
//!         match event {
//!             Event::Bytes(bytes) => text.extend(bytes),
//!             Event::End(end) => assert_eq!(end.encoding, Some("UTF-16LE")),
//!             Event::Begin(_) | Event::Skipped { .. } => {}
//!         }
//!     }
//! }
//! assert_eq!(text, "a,é\n".as_bytes());
//! # Ok::<(), roster_intake::UnpackError>(())
//! ```
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
//! let file = b"name;city\nAnna;K\xc3\xb6ln\nBen\nDan;Ulm;x\nCora;\"Bad\nAibling\"\n";
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
//!             Err(error) => seen.push((error.line, error.code.as_str())),
//!         }
//!     }
//! }
//! records.feed(&[], true);
//! assert!(records.next_record().is_none() && records.finished());
//! assert_eq!(records.columns(), ["name", "city"]);
//! assert_eq!(seen, [(2, "fine"), (3, "fine"), (4, "row_too_long"), (5, "fine")]);
//! ```
//!
//! What comes out never depends on the pieces that go in. Memory is flat: three
//! pieces or so, one record, and of a workbook what [`Limits`] allow. Every call does
//! a bounded piece of work, so anyone who drives it can stop between any two.
//!
//! # Errors of files
//!
//! An [`UnpackError`] ends the file.
//!
//! | code | what |
//! | --- | --- |
//! | `unsupported_format` | it is nothing that can be read: a PDF, an HTML page, an old or binary workbook |
//! | `unknown_encoding` | the encoding that was said has no such label |
//! | `archive_broken` | it is cut off, or doesn't follow its format, or a checksum is wrong |
//! | `archive_bomb` | it becomes too large, as a whole or for its size |
//! | `too_many_files`, `nothing_to_read` | the archive has too many files, or none that can be read |
//! | `nested_archive` | there is an archive inside the archive |
//! | `encrypted` | a password protects it |
//! | `unsupported_compression`, `zip_not_streamable` | a zip that was packed in a rare way |
//! | `workbook_broken`, `workbook_bomb`, `workbook_too_large` | the same for workbooks, which are kept in memory |
//! | `sheet_not_found` | the workbook has no sheet of the name that was said |
//!
//! # Errors of records
//!
//! A [`RecordError`] costs its record; reading goes on, unless it is fatal.
//!
//! | code | what |
//! | --- | --- |
//! | `row_too_long` | a cell that isn't empty stands beyond the columns; the cells come with the error, nothing is shifted |
//! | `quote_not_closed` | a quote has swallowed what follows, up to the end, for a MiB, or up to a quote in the middle of a cell; reading goes on with the line after it |
//! | `record_too_large` | more than a MiB, or more values than memory can be spent on; a row is left out up to the next line end |
//! | `header_broken` | the header is one of these: fatal |
//! | `json_broken` | no JSON; fatal where it isn't sure where the next record begins |
//! | `json_too_deep` | nested over 64 levels |
//! | `json_not_object` | JSON, but not an object |
//!
//! # Warnings of records
//!
//! A [`RecordWarning`] comes with a record that can be taken.
//!
//! | code | what |
//! | --- | --- |
//! | `letters_lost` | bytes that are no letter in the file's encoding stand in it as U+FFFD |
//! | `number_as_text` | a number that 64 bits can't hold is the text of its digits |

mod buffer;
pub mod detect;
pub mod records;
pub mod report;
pub mod settings;
pub mod unpack;

pub use detect::{Clue, Detection, LineEnd, Reason, detect};
pub use records::{Cells, Content, Place, Position, Record, RecordError, RecordWarning, Records};
pub use settings::{Escape, FileSettings, Format, Formulas, Quote, Reading};
pub use unpack::{
    Begin, Doubt, End, Event, Kind, Limits, Probe, Prober, UnpackError, Unpacker, probe,
};
