//! What only a person can answer before a file is imported: whether blanks in a
//! column of consent mean what they think, and whether a column that tells who gets no
//! messages is left out on purpose.

use super::columns::Source;
use super::consent::ConsentColumn;
use super::plan::{Plan, Row};
use super::propose::names_consent;
use crate::Code;
use crate::error::excerpt;
use serde::Serialize;

/// Something to be looked at before an import is started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Question {
    /// Stable name of it: `consent_column_has_blanks`, `consent_column_not_mapped`.
    pub code: Code,
    /// The column.
    pub column: String,
    /// How many rows say nothing there.
    pub blanks: usize,
    /// Of how many.
    pub rows: usize,
    /// Whether the mapping uses it.
    pub mapped: bool,
    /// What happens, and what else could be meant.
    pub detail: String,
}

impl Plan {
    /// Asks about each column that says who agreed, or is called so, and has blanks
    /// in `rows`; and about each that an export wrote of who gets no messages, if the
    /// mapping subscribes somebody and does not use it. Where nothing else says who agreed,
    /// such an import doesn't start. `headers` are all columns of the file.
    pub fn questions(&self, headers: &[String], rows: &[Row]) -> Vec<Question> {
        let mut columns: Vec<(Source, String, bool)> = Vec::new();
        let mut unused: Vec<(Source, String)> = Vec::new();
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
        let unheeded = self.unheeded(headers);
        let records = rows.iter().any(|row| matches!(row, Row::Record(_)));
        for (index, header) in headers.iter().enumerate() {
            let known = self.is_named(header);
            let beside = ConsentColumn::of(header).is_some_and(|one| one.is_beside_contacts());
            let left_out = beside && !self.subscribers.is_empty();
            let source = match records {
                true => Source::Member(header.clone()),
                false => Source::Cell(index),
            };
            if !known && (left_out || unheeded.contains(&header.as_str())) {
                unused.push((source, header.clone()));
            } else if !known && names_consent(header) {
                columns.push((source, header.clone(), false));
            }
        }
        let blanks = |source: &Source| {
            let blank = |row: &&Row| {
                let cell = super::plan::cell_at(**row, source);
                self.reader.content(cell).is_none()
            };
            rows.iter().filter(blank).count()
        };
        let unused = unused.into_iter().filter_map(|(source, column)| {
            let blanks = blanks(&source);
            let told = rows.len() - blanks;
            (told > 0).then(|| Question {
                code: Code::ConsentColumnNotMapped,
                detail: format!(
                    "{} tells in {told} of {} rows who gets messages and who does not, and the mapping does not use it: anyone who left may be subscribed by this. Map it as a part of the subscription, or to \"ignore\".",
                    excerpt(&column),
                    rows.len()
                ),
                column,
                blanks,
                rows: rows.len(),
                mapped: false,
            })
        });
        let blank = columns
            .into_iter()
            .filter_map(|(source, name, mapped)| {
                let blanks = blanks(&source);
                let what = match mapped {
                    true => "They are subscribed by nothing and change nothing; each is a warning opt_in_missing.",
                    false => "The mapping does not use it: if it says who agreed, map it as an opt_in.",
                };
                (blanks > 0).then(|| Question {
                    code: Code::ConsentColumnHasBlanks,
                    detail: format!(
                        "{blanks} of {} rows say nothing in {}, which looks like consent. {what}",
                        rows.len(),
                        excerpt(&name)
                    ),
                    column: name,
                    blanks,
                    rows: rows.len(),
                    mapped,
                })
            });
        unused.chain(blank).collect()
    }
}
