//! What a table can't be written for.

use std::fmt;

/// What a table can't be written for. The display is a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// More columns than the format has; the most it has.
    TooManyColumns(usize),
    /// A row has another number of cells than there are columns.
    WrongWidth {
        /// How many columns there are.
        columns: usize,
        /// How many cells came.
        cells: usize,
    },
    /// An XLSX file would become larger than 4 GiB.
    TooLarge,
    /// A compressor refused what it was given, which it never should.
    Compressor,
    /// A state that belongs to another format.
    WrongState,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::TooManyColumns(most) => {
                write!(f, "A sheet has at most {most} columns.")
            }
            Error::WrongWidth { columns, cells } => {
                write!(f, "A row has {cells} cells for {columns} columns.")
            }
            Error::TooLarge => f.write_str(
                "An XLSX file has at most 4 GiB: choose CSV or JSON Lines, or fewer columns.",
            ),
            Error::Compressor => f.write_str("The data could not be compressed."),
            Error::WrongState => f.write_str("The state belongs to another format."),
        }
    }
}

impl std::error::Error for Error {}
