//! ODS: the cells of a sheet.

use super::Progress;
use super::grid::{CELL_BYTES, COLUMNS, Cell, ROWS};
use super::ods_cell::{Value, text};
use super::ods_styles::Styles;
use super::strings::too_large;
use super::xml::{Element, Node, Xml, broken};
use crate::unpack::error::UnpackError;

/// The place of a sheet.
pub(crate) const TABLE: &str =
    "/office:document-content/office:body/office:spreadsheet/table:table";

/// How many pieces that aren't cells are read at once.
const NODES: usize = 200;
/// The longest row as it is kept: a row can stand for many.
const ROW_BYTES: usize = 4 << 20;
/// The longest name of a style.
const NAME_BYTES: usize = 1_024;

pub(crate) struct SheetReader {
    xml: Xml,
    /// Sheets that stand before the one that is read.
    before: usize,
    in_sheet: bool,
    row: u32,
    column: u32,
    /// How many rows the present one stands for.
    repeat: u32,
    /// The style of its cells that have none, and the place of one of them.
    row_style: Option<String>,
    place: String,
    /// The styles of columns: up to which column, and which.
    columns: Vec<(u32, String)>,
    /// The row's cells that hold something.
    runs: Vec<Run>,
    bytes: usize,
    /// The row is complete: which repetition, which run, which of its cells is next.
    giving: Option<(u32, usize, u32)>,
}

/// Cells beside each other that hold the same.
struct Run {
    column: u32,
    count: u32,
    text: String,
    time: Option<bool>,
}

impl SheetReader {
    /// Reads the sheet before which `before` others stand.
    pub(crate) fn new(content: Xml, before: usize) -> Self {
        SheetReader {
            xml: content,
            before,
            in_sheet: false,
            row: 0,
            column: 0,
            repeat: 1,
            row_style: None,
            place: String::new(),
            columns: Vec::new(),
            runs: Vec::new(),
            bytes: 0,
            giving: None,
        }
    }

    pub(crate) fn next(
        &mut self,
        cell: &mut Cell,
        styles: &Styles,
    ) -> Result<Progress, UnpackError> {
        for _ in 0..NODES {
            if self.giving.is_some() {
                if self.give(cell)? {
                    return Ok(Progress::Cell);
                }
                continue;
            }
            match self.xml.next()? {
                Node::Eof => return Ok(Progress::End),
                Node::Start(e) if e.place == TABLE && is_sheet(&e) => {
                    self.in_sheet = self.before == 0;
                    self.before = self.before.saturating_sub(1);
                }
                Node::End(TABLE) if self.in_sheet => return Ok(Progress::End),
                _ if !self.in_sheet => {}
                Node::Start(e) => match leaf(e.place) {
                    Some("table:table-row") => {
                        self.repeat = count(&e, "table:number-rows-repeated");
                        self.row_style = style(&e);
                        self.column = 0;
                        self.runs.clear();
                        self.bytes = 0;
                    }
                    Some("table:table-column") => {
                        let style = style(&e).unwrap_or_default();
                        let count = count(&e, "table:number-columns-repeated");
                        let before = self.columns.last().map_or(0, |(end, _)| *end);
                        if before < COLUMNS {
                            self.columns.push((before.saturating_add(count), style));
                        }
                    }
                    Some("table:table-cell" | "table:covered-table-cell") => {
                        let value = Value::of(&e);
                        e.place.clone_into(&mut self.place);
                        self.cell(value, styles, cell)?;
                    }
                    _ => {}
                },
                Node::End(place) if leaf(place) == Some("table:table-row") => {
                    if self.runs.is_empty() {
                        self.row = self.row.saturating_add(self.repeat);
                    } else {
                        self.giving = Some((0, 0, 0));
                    }
                }
                _ => {}
            }
        }
        Ok(Progress::Some)
    }

    /// Gives the next cell of a complete row; `false` when there is none any more.
    fn give(&mut self, cell: &mut Cell) -> Result<bool, UnpackError> {
        let Some((row, index, column)) = self.giving else {
            return Ok(false);
        };
        let Some(run) = self.runs.get(index) else {
            let again = row + 1 < self.repeat;
            self.giving = again.then_some((row + 1, 0, 0));
            if !again {
                self.row = self.row.saturating_add(self.repeat);
            }
            return Ok(false);
        };
        cell.row = self.row.saturating_add(row);
        cell.column = run.column + column;
        cell.text.clone_from(&run.text);
        cell.time = run.time;
        if cell.row >= ROWS {
            return Err(broken("one of its rows has too high a number"));
        }
        self.giving = Some(if column + 1 < run.count {
            (row, index, column + 1)
        } else {
            (row, index + 1, 0)
        });
        Ok(true)
    }

    /// Reads a cell to its end, with `cell` for its text.
    fn cell(&mut self, value: Value, styles: &Styles, cell: &mut Cell) -> Result<(), UnpackError> {
        let text = text(&mut self.xml, &self.place)?;
        let column = self.column;
        let of_column = || {
            let at = self.columns.partition_point(|(end, _)| *end <= column);
            self.columns.get(at).map(|(_, style)| style.as_str())
        };
        let style = value.style.as_deref().or(self.row_style.as_deref());
        value.show(
            text,
            style.or_else(of_column).unwrap_or_default(),
            styles,
            cell,
        );
        self.column = self.column.saturating_add(value.repeat);
        if cell.text.is_empty() {
            return Ok(());
        }
        self.bytes += cell.text.len() + size_of::<Run>();
        if cell.text.len() > CELL_BYTES || self.bytes > ROW_BYTES {
            return Err(too_large());
        }
        if self.column > COLUMNS {
            return Err(broken("one of its cells has too high a column"));
        }
        self.runs.push(Run {
            column,
            count: value.repeat,
            text: std::mem::take(&mut cell.text),
            time: cell.time,
        });
        Ok(())
    }
}

/// Whether a table is a sheet, and not what the program remembers of another file.
pub(crate) fn is_sheet(table: &Element<'_>) -> bool {
    table.attribute("table:style-name").as_deref() != Some("ta_extref")
}

/// The last step of a place in the sheet whose steps before are rows and groups of
/// rows and columns; none elsewhere, such as among pictures or in a table in a cell.
fn leaf(place: &str) -> Option<&str> {
    let (above, leaf) = place.strip_prefix(TABLE)?.rsplit_once('/')?;
    let groups = |step: &str| {
        matches!(
            step,
            "table:table-row-group"
                | "table:table-header-rows"
                | "table:table-rows"
                | "table:table-column-group"
                | "table:table-header-columns"
                | "table:table-columns"
                | "table:table-row"
        )
    };
    above.split('/').skip(1).all(groups).then_some(leaf)
}

/// The style of a row's or column's cells.
fn style(start: &Element<'_>) -> Option<String> {
    let style = start.attribute("table:default-cell-style-name");
    style.filter(|style| style.len() <= NAME_BYTES)
}

/// How often something is repeated; once where it isn't said.
fn count(start: &Element<'_>, name: &str) -> u32 {
    let count = start.attribute(name).and_then(|count| count.parse().ok());
    count.unwrap_or(1).max(1)
}
