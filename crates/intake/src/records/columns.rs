//! The names of columns.

use super::record::Cells;
use std::collections::HashSet;

/// The names that a header row gives: trimmed; an empty one becomes
/// `column <its number>`, one that was there before gets ` (2)`, ` (3)`, …
pub(crate) fn from_header(header: &Cells) -> Vec<String> {
    let written: HashSet<&str> = header.iter().map(str::trim).collect();
    let mut taken: HashSet<String> = HashSet::new();
    let mut names = Vec::with_capacity(header.len());
    for (index, cell) in header.iter().enumerate() {
        let cell = cell.trim();
        let base = if cell.is_empty() {
            number(index)
        } else {
            cell.to_owned()
        };
        let mut name = base.clone();
        let mut count = 1;
        // A name that is made up must not meet one that is written elsewhere.
        while taken.contains(&name) || (name != cell && written.contains(name.as_str())) {
            count += 1;
            name = format!("{base} ({count})");
        }
        taken.insert(name.clone());
        names.push(name);
    }
    names
}

/// Names for columns without a header.
pub(crate) fn numbered(count: usize) -> Vec<String> {
    (0..count).map(number).collect()
}

fn number(index: usize) -> String {
    format!("column {}", index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_and_repeated_names_are_told_apart() {
        let header = Cells::from_iter([
            " email ",
            "",
            "email",
            "email (2)",
            "",
            "email",
            "column 5",
            "Email",
        ]);
        assert_eq!(
            from_header(&header),
            [
                "email",
                "column 2",
                "email (3)",
                "email (2)",
                "column 5 (2)",
                "email (4)",
                "column 5",
                "Email"
            ]
        );
        assert_eq!(numbered(2), ["column 1", "column 2"]);
    }
}
