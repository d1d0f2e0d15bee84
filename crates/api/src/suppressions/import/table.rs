//! Which cells of a table have values, and what is said about them.

use roster_model::suppression::{Entry, EntryHints};
use roster_model::{Invalid, Region};

/// Columns that hold values, whatever else a file has.
const KNOWN: [&str; 18] = [
    "email",
    "emails",
    "e-mail",
    "mail",
    "email address",
    "email_address",
    "domain",
    "domains",
    "phone",
    "phones",
    "phone number",
    "phone_number",
    "mobile",
    "msisdn",
    "telephone",
    "hash",
    "md5",
    "sha256",
];

/// A table, row by row. Its first row is its header if it has no value; then the
/// columns with known names are read, or if there is none of them all.
pub(super) struct Table {
    region: Option<Region>,
    layout: Option<Layout>,
}

/// Where values stand.
#[derive(Debug, Default, PartialEq, Eq)]
enum Layout {
    /// In any cell.
    #[default]
    Any,
    /// In some columns.
    Columns(Vec<usize>),
    /// In one, with what is said about them beside it: as an export has it.
    Exported {
        value: usize,
        kind: Option<usize>,
        hash: Option<usize>,
        subdomains: Option<usize>,
    },
}

impl Layout {
    fn of(names: &[&str]) -> Self {
        let names: Vec<String> = names.iter().map(|name| lower(name)).collect();
        let place = |wanted: &str| names.iter().position(|name| name == wanted);
        if let Some(value) = place("value") {
            return Layout::Exported {
                value,
                kind: place("type"),
                hash: place("hash"),
                subdomains: place("subdomains"),
            };
        }
        let known = names.iter().enumerate();
        let known = known.filter(|(_, name)| KNOWN.contains(&name.as_str()));
        let known: Vec<usize> = known.map(|(index, _)| index).collect();
        if known.is_empty() {
            Layout::Any
        } else {
            Layout::Columns(known)
        }
    }
}

fn lower(text: &str) -> String {
    text.trim().to_lowercase()
}

impl Table {
    pub(super) fn new(region: Option<Region>) -> Self {
        Table {
            region,
            layout: None,
        }
    }

    /// Adds the values of the next row to `entries`. None where it has nothing
    /// to read, an error where it has and nothing of it is a value.
    pub(super) fn row(
        &mut self,
        cells: &[&str],
        entries: &mut Vec<Entry>,
    ) -> Option<Result<(), Invalid>> {
        match &self.layout {
            Some(layout) => self.read(layout, cells, entries),
            None if cells.iter().all(|cell| cell.trim().is_empty()) => None,
            None => match self.read(&Layout::Any, cells, entries) {
                Some(Ok(())) => {
                    self.layout = Some(Layout::Any);
                    Some(Ok(()))
                }
                _ => {
                    self.layout = Some(Layout::of(cells));
                    None
                }
            },
        }
    }

    /// The same for a JSON object, whose members have names of their own.
    pub(super) fn object(
        &self,
        names: &[&str],
        cells: &[&str],
        entries: &mut Vec<Entry>,
    ) -> Option<Result<(), Invalid>> {
        self.read(&Layout::of(names), cells, entries)
    }

    fn read(
        &self,
        layout: &Layout,
        cells: &[&str],
        entries: &mut Vec<Entry>,
    ) -> Option<Result<(), Invalid>> {
        let cell = |index: usize| cells.get(index).copied().unwrap_or_default();
        let chosen: Vec<&str> = match layout {
            Layout::Any => cells.to_vec(),
            Layout::Columns(columns) => columns.iter().map(|index| cell(*index)).collect(),
            Layout::Exported { value, .. } => vec![cell(*value)],
        };
        let said = |index: &Option<usize>| index.map(|index| lower(cell(index)));
        let said = |index| said(index).unwrap_or_default();
        let mut given = EntryHints {
            region: self.region,
            ..EntryHints::default()
        };
        if let Layout::Exported {
            kind,
            hash,
            subdomains,
            ..
        } = layout
        {
            // What is said in other words is not understood, and so recognised.
            given.kind = said(kind).parse().ok();
            given.hash = said(hash).parse().ok();
            given.subdomains = (said(subdomains) == "true").then_some(true);
        }
        let (mut taken, mut wrong) = (false, None);
        for text in chosen {
            let text = bare(text);
            if text.is_empty() {
                continue;
            }
            match Entry::parse(text, &given) {
                Ok(entry) => {
                    entries.push(entry);
                    taken = true;
                }
                Err(invalid) => wrong = wrong.or(Some(invalid)),
            }
        }
        match (taken, wrong) {
            (true, _) => Some(Ok(())),
            (false, Some(invalid)) => Some(Err(invalid)),
            (false, None) => None,
        }
    }
}

/// A cell without what keeps a spreadsheet from taking it for a formula.
fn bare(cell: &str) -> &str {
    let cell = cell.trim();
    let guarded = cell.strip_prefix('\'');
    guarded
        .filter(|rest| rest.starts_with(['=', '+', '-', '@', '*']))
        .unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(table: &mut Table, cells: &[&str]) -> String {
        let mut entries = Vec::new();
        match table.row(cells, &mut entries) {
            None => "nothing".to_owned(),
            Some(Err(invalid)) => invalid.code.as_str().to_owned(),
            Some(Ok(())) => entries
                .iter()
                .map(|entry| &*entry.key)
                .collect::<Vec<_>>()
                .join(" "),
        }
    }

    #[test]
    fn the_first_row_with_a_value_is_no_header() {
        let mut table = Table::new(None);
        assert_eq!(keys(&mut table, &["", " "]), "nothing");
        assert_eq!(keys(&mut table, &["Ann", "a@x.org"]), "a@x.org");
        assert_eq!(keys(&mut table, &["b@x.org", "x"]), "b@x.org");
        assert_eq!(keys(&mut table, &["email", "x"]), "unrecognised");
    }

    #[test]
    fn a_header_says_where_values_stand() {
        let mut table = Table::new(None);
        assert_eq!(keys(&mut table, &["Name", " E-Mail ", "Mobile"]), "nothing");
        let row = ["x.org", "a@x.org", "'+4930901820"];
        assert_eq!(keys(&mut table, &row), "a@x.org +4930901820");
        assert_eq!(keys(&mut table, &["x.org", "a", ""]), "unrecognised");
        assert_eq!(keys(&mut table, &["x.org"]), "nothing");
        assert_eq!(Layout::of(&["name", "city"]), Layout::Any);
    }

    #[test]
    fn only_what_guards_a_formula_is_taken_off() {
        for (cell, want) in [("'+1", "+1"), ("'@x", "@x"), ("'a@x", "'a@x"), ("''", "''")] {
            assert_eq!(bare(cell), want);
        }
    }
}
