//! Cells like `="01067"`: formulas that are nothing but a text, which people and
//! programs write so that a spreadsheet leaves its zeros alone.

use super::record::Cells;
use std::borrow::Cow;

/// The text of such a formula; `None` for every other cell. Quotes inside are
/// doubled, as formulas have them.
pub(crate) fn text(cell: &str) -> Option<Cow<'_, str>> {
    let inner = cell.trim().strip_prefix("=\"")?.strip_suffix('"')?;
    if !inner.contains('"') {
        return Some(Cow::Borrowed(inner));
    }
    let single = inner.replace("\"\"", "");
    (!single.contains('"')).then(|| Cow::Owned(inner.replace("\"\"", "\"")))
}

/// The cells with such formulas read.
pub(crate) fn read(cells: Cells) -> Cells {
    if !cells.text().contains("=\"") {
        return cells;
    }
    let mut read = Cells::default();
    for cell in cells.iter() {
        read.push(&text(cell).unwrap_or(Cow::Borrowed(cell)));
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_that_is_a_text_is_that_text_and_no_other() {
        for (cell, inside) in [
            ("=\"01067\"", Some("01067")),
            (" =\"01067\" ", Some("01067")),
            ("=\"\"", Some("")),
            ("=\"text \"\"quoted\"\"\"", Some("text \"quoted\"")),
            ("=\"a\"\"\"", Some("a\"")),
            ("=\"a\"&\"b\"", None),
            ("=\"a\"\"", None),
            ("=A1", None),
            ("=\"", None),
            ("'=\"01067\"", None),
            ("01067", None),
        ] {
            assert_eq!(text(cell).as_deref(), inside, "{cell:?}");
        }
    }
}
