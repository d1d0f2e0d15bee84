//! XLS: the cells of a sheet.

use super::Progress;
use super::grid::{CELL_BYTES, Cell};
use super::number::show;
use super::strings::{Strings, too_large};
use super::xls::Records;
use super::xls_text::{Units, long, short, whole};
use super::xlsx::Display;
use super::xml::broken;
use crate::unpack::error::UnpackError;
use roster_model::import::sheet_error;

/// How many records that aren't cells are read at once.
const RECORDS: usize = 200;

#[derive(Default)]
pub(crate) struct SheetReader {
    /// Open parts: a sheet can hold charts, each with its own beginning and end.
    depth: usize,
    /// Numbers of one record that wait to be given.
    many: NumberRun,
    /// A formula whose text comes later.
    formula: Option<(u32, u32)>,
    /// That text.
    text: Option<(Units, String)>,
}

/// Numbers beside each other: six bytes each, from the last one on.
#[derive(Default)]
struct NumberRun {
    row: u32,
    column: u32,
    numbers: Vec<(usize, u32)>,
}

impl SheetReader {
    pub(crate) fn next(
        &mut self,
        cell: &mut Cell,
        records: &mut Records,
        strings: &Strings,
        display: &Display,
    ) -> Result<Progress, UnpackError> {
        for _ in 0..RECORDS {
            if let Some((style, rk)) = self.many.numbers.pop() {
                cell.row = self.many.row;
                cell.column = self.many.column;
                number(packed(rk), style, display, cell);
                self.many.column += 1;
                return Ok(Progress::Cell);
            }
            let Some(id) = records.next()? else {
                return Ok(Progress::End);
            };
            let data = records.data.as_slice();
            if self.text.is_some() && id != 0x003c {
                // The text of a formula was shorter than it said.
                self.text = None;
            }
            if self.depth > 1 && !matches!(id, 0x0809 | 0x000a) {
                continue;
            }
            match id {
                0x0809 => self.depth += 1,
                0x000a => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Ok(Progress::End);
                    }
                }
                // MULRK
                0x00bd => self.many_numbers(data)?,
                // STRING, and what it goes on with
                0x0207 if self.formula.is_some() => {
                    let count = usize::from(short(data, 0)?);
                    let wide = data.get(2).copied().unwrap_or_default() & 1 != 0;
                    let rest = data.get(3..).unwrap_or_default();
                    self.text = Some((Units::new(count, wide), String::new()));
                    if self.take_text(rest, cell)? {
                        return Ok(Progress::Cell);
                    }
                }
                0x003c if self.text.is_some() => {
                    let Some((&flags, rest)) = data.split_first() else {
                        continue;
                    };
                    if let Some((units, _)) = &mut self.text {
                        units.go_on(flags);
                    }
                    if self.take_text(rest, cell)? {
                        return Ok(Progress::Cell);
                    }
                }
                0x0006 | 0x0203 | 0x0204 | 0x00d6 | 0x0205 | 0x027e | 0x00fd => {
                    cell.row = u32::from(short(data, 0)?);
                    cell.column = u32::from(short(data, 2)?);
                    let style = usize::from(short(data, 4)?);
                    self.value(id, data, style, cell, strings, display)?;
                    if !cell.text.is_empty() {
                        return Ok(Progress::Cell);
                    }
                }
                _ => {}
            }
        }
        Ok(Progress::Some)
    }

    /// The text of a record that holds one cell.
    fn value(
        &mut self,
        id: u16,
        data: &[u8],
        style: usize,
        cell: &mut Cell,
        strings: &Strings,
        display: &Display,
    ) -> Result<(), UnpackError> {
        cell.clear();
        match id {
            // FORMULA: its value stands with it, but a text
            0x0006 => match data.get(6..14) {
                Some(&[0, .., 0xff, 0xff]) => self.formula = Some((cell.row, cell.column)),
                Some(&[1, _, value, .., 0xff, 0xff]) => cell.text.push_str(truth(value)),
                Some(&[2, _, value, .., 0xff, 0xff]) => cell.text.push_str(error(value)),
                Some(&[3, .., 0xff, 0xff]) => {}
                _ => number(float(data, 6)?, style, display, cell),
            },
            // NUMBER
            0x0203 => number(float(data, 6)?, style, display, cell),
            // RK
            0x027e => number(packed(long(data, 6)?), style, display, cell),
            // BOOLERR
            0x0205 => {
                let value = data.get(6).copied().unwrap_or_default();
                let is_error = data.get(7).is_some_and(|&flag| flag != 0);
                cell.text
                    .push_str(if is_error { error(value) } else { truth(value) });
            }
            // LABELSST
            0x00fd => {
                let index = usize::try_from(long(data, 6)?).ok();
                let text = index.and_then(|index| strings.get(index));
                cell.text.push_str(text.unwrap_or_default());
            }
            // LABEL, RSTRING
            _ => cell.text = whole(data, 8, usize::from(short(data, 6)?))?,
        }
        Ok(())
    }

    fn many_numbers(&mut self, data: &[u8]) -> Result<(), UnpackError> {
        self.many.row = u32::from(short(data, 0)?);
        self.many.column = u32::from(short(data, 2)?);
        // The last column stands behind the numbers.
        let numbers = data
            .get(4..data.len().saturating_sub(2))
            .unwrap_or_default();
        for number in numbers.chunks_exact(6) {
            let style = usize::from(short(number, 0)?);
            self.many.numbers.push((style, long(number, 2)?));
        }
        self.many.numbers.reverse();
        Ok(())
    }

    /// Takes a piece of a formula's text; whether the cell is complete.
    fn take_text(&mut self, bytes: &[u8], cell: &mut Cell) -> Result<bool, UnpackError> {
        let Some((units, text)) = &mut self.text else {
            return Ok(false);
        };
        units.take(bytes, text)?;
        if text.len() > CELL_BYTES {
            return Err(too_large());
        }
        if units.left > 0 {
            return Ok(false);
        }
        let text = std::mem::take(text);
        self.text = None;
        let Some((row, column)) = self.formula.take() else {
            return Ok(false);
        };
        cell.clear();
        (cell.row, cell.column, cell.text) = (row, column, text);
        Ok(!cell.text.is_empty())
    }
}

/// Makes a cell's text of a number.
fn number(value: f64, style: usize, display: &Display, cell: &mut Cell) {
    cell.clear();
    let shown = display.formats.shape(style, value);
    show(value, None, shown, display.from_1904, cell);
}

fn float(data: &[u8], at: usize) -> Result<f64, UnpackError> {
    let bytes = data.get(at..at + 8).and_then(|bytes| bytes.try_into().ok());
    let bytes = bytes.ok_or_else(|| broken("one of its records is too short"))?;
    Ok(f64::from_le_bytes(bytes))
}

/// A number in four bytes: an integer of 30 bits or the upper 30 bits of a float,
/// perhaps a hundred times too large.
fn packed(rk: u32) -> f64 {
    let value = if rk & 2 != 0 {
        f64::from(rk.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(rk & !3) << 32)
    };
    if rk & 1 != 0 { value / 100.0 } else { value }
}

fn truth(value: u8) -> &'static str {
    if value == 0 { "false" } else { "true" }
}

fn error(value: u8) -> &'static str {
    match value {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0f => "#VALUE!",
        0x17 => "#REF!",
        0x1d => "#NAME?",
        0x24 => "#NUM!",
        0x2a => "#N/A",
        0x2b => "#GETTING_DATA",
        _ => sheet_error::UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::super::number::number;
    use super::*;

    #[test]
    fn packed_numbers_are_read() {
        for (rk, value) in [
            (0x3ff0_0000, "1"),
            (0x3ff0_0001, "0.01"),
            (0x0000_0006, "1"),
            (0xffff_fffe, "-1"),
            ((12_345 << 2) | 3, "123.45"),
        ] {
            assert_eq!(number(packed(rk)), value);
        }
    }
}
