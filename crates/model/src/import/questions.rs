//! What only a person can answer before a file is imported: whether blanks in a
//! column of consent mean what they think.

use super::columns::Source;
use super::plan::{Plan, Row};
use super::propose::names_consent;
use crate::error::excerpt;
use serde::Serialize;

/// Something to be looked at before an import is started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Question {
    /// Stable name of it: `consent_column_has_blanks`.
    pub code: &'static str,
    /// The column.
    pub column: String,
    /// How many rows say nothing there.
    pub blanks: usize,
    /// Of how many.
    pub rows: usize,
    /// What happens, and what else could be meant.
    pub detail: String,
}

impl Plan {
    /// Asks about each column that says who agreed, or is called so, and has blanks
    /// in `rows`. `headers` are all columns of the file.
    pub fn questions(&self, headers: &[String], rows: &[Row]) -> Vec<Question> {
        let mut columns: Vec<(Source, String, bool)> = Vec::new();
        let mut own: Vec<usize> = self
            .fields
            .iter()
            .filter(|field| field.target.name == "_status")
            .flat_map(|field| field.columns.iter().copied())
            .collect();
        own.extend(self.subscribers.iter().flat_map(|one| one.consents()));
        own.dedup();
        for column in own.into_iter().filter_map(|index| self.columns.get(index)) {
            columns.push((column.source.clone(), column.name.clone(), true));
        }
        let records = rows.iter().any(|row| matches!(row, Row::Record(_)));
        for (index, header) in headers.iter().enumerate() {
            let known = self.columns.iter().any(|column| column.name == *header);
            if !known && names_consent(header) {
                let source = match records {
                    true => Source::Member(header.clone()),
                    false => Source::Cell(index),
                };
                columns.push((source, header.clone(), false));
            }
        }
        columns
            .into_iter()
            .filter_map(|(source, name, mapped)| {
                let blank = |row: &&Row| {
                    let cell = super::plan::cell_at(**row, &source);
                    self.reader.content(cell).is_none()
                };
                let blanks = rows.iter().filter(blank).count();
                let what = match mapped {
                    true => "They are subscribed by nothing and change nothing; each is a warning opt_in_missing.",
                    false => "The mapping does not use it: if it says who agreed, map it as an opt_in.",
                };
                (blanks > 0).then(|| Question {
                    code: "consent_column_has_blanks",
                    detail: format!(
                        "{blanks} of {} rows say nothing in {}, which looks like consent. {what}",
                        rows.len(),
                        excerpt(&name)
                    ),
                    column: name,
                    blanks,
                    rows: rows.len(),
                })
            })
            .collect()
    }
}
