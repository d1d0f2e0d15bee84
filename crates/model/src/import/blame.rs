//! Which column of a row a complaint about its item is about.

use super::columns::Column;
use super::plan::{Plan, Row, elements};
use super::target::SUBSCRIPTIONS;
use crate::Code;
use crate::error::Invalid;
use crate::write::Refusal;
use serde_json::Value;

impl Plan {
    /// A refusal of the row's item, with the columns that it is about for
    /// pointers. Pointers at what comes from no column stay.
    pub fn in_columns(&self, row: Row, mut error: Refusal) -> Refusal {
        self.point(row, &mut error.pointer);
        for invalid in &mut error.errors {
            self.point(row, &mut invalid.pointer);
        }
        error
    }

    pub(super) fn point(&self, row: Row, pointer: &mut String) {
        if let Some(column) = self.locate(row, pointer) {
            *pointer = Invalid::new(Code::Invalid, "").at(&column.name).pointer;
        }
    }

    /// The column that a place in the row's item comes from.
    fn locate(&self, row: Row, pointer: &str) -> Option<&Column> {
        let mut steps = pointer.strip_prefix('/')?.split('/');
        let name = steps.next()?;
        if name == "subscriptions" {
            let Some(index) = steps.next() else {
                return self.whole_column();
            };
            let index: usize = index.parse().ok()?;
            if index < self.in_column(row) {
                return self.whole_column();
            }
            let mut index = index.checked_sub(self.before_subscribers(row))?;
            for subscriber in &self.subscribers {
                let Ok(contacts) = subscriber.subscriptions(self, row).result else {
                    continue;
                };
                match contacts.get(index) {
                    Some((column, _)) => {
                        let column = subscriber.column(steps, *column);
                        return self.columns.get(column);
                    }
                    None => index -= contacts.len(),
                }
            }
            return None;
        }
        let field = self.fields.iter().find(|field| field.target.name == name)?;
        let [only] = field.columns.as_slice() else {
            // Which column an element of a list comes from.
            let mut place = steps.find_map(|step| step.parse::<usize>().ok())?;
            for column in &field.columns {
                let value = self.reader.value(&field.convert, self.cell(row, *column));
                let count = elements(value.ok().flatten()).len();
                if place < count {
                    return self.columns.get(*column);
                }
                place -= count;
            }
            return None;
        };
        self.columns.get(*only)
    }

    /// How many subscriptions an item has before those of [`Subscriber`]s.
    fn before_subscribers(&self, row: Row) -> usize {
        let own = match row {
            Row::Record(record) if self.whole => record.get("subscriptions"),
            _ => None,
        };
        let own = own.and_then(Value::as_array).map_or(0, Vec::len);
        own + self.in_column(row) + self.fixed.len()
    }

    /// The column that has whole subscriptions.
    fn whole_column(&self) -> Option<&Column> {
        let mut fields = self.fields.iter();
        let field = fields.find(|field| field.target.name == SUBSCRIPTIONS)?;
        self.columns.get(*field.columns.first()?)
    }

    /// How many subscriptions that column has in a row.
    fn in_column(&self, row: Row) -> usize {
        let mut fields = self.fields.iter();
        let field = fields.find(|field| field.target.name == SUBSCRIPTIONS);
        let value = field.and_then(|field| {
            let cell = self.cell(row, *field.columns.first()?);
            self.reader.value(&field.convert, cell).ok().flatten()
        });
        value.as_ref().and_then(Value::as_array).map_or(0, Vec::len)
    }
}
