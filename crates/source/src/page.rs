//! A page of rows, and what it is asked for.

/// How many bytes of rows a page has, about: it ends with the row before, or with its first.
pub const PAGE_BYTES: usize = 1 << 20;

/// Which rows are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// Those behind this key.
    pub after: Option<String>,
    /// Those whose watermark is this one or later, and those that have none.
    pub watermark: Option<String>,
    /// The latest watermark that there was at the start.
    pub ceiling: Option<String>,
    /// Whether the keys of rows are wanted.
    pub keys: bool,
}

/// A row as it is imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRow {
    /// A JSON object on one line, without the line's end.
    pub line: String,
    /// The key, if it was asked for.
    pub key: Option<String>,
    /// Whether its watermark is the one that was asked from.
    pub at_watermark: bool,
    /// Whether its watermark is the latest of the start.
    pub at_ceiling: bool,
}

/// Rows in the order of the key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The rows.
    pub rows: Vec<SourceRow>,
    /// The key of the last one.
    pub last: Option<String>,
    /// Whether there are rows behind it.
    pub more: bool,
}
