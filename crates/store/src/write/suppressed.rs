//! Whether contacts that are written stand on a suppression list: asked with
//! everything else that a write must know, and only for lists that have
//! entries, in the forms that they have.

use roster_model::Code;
use std::collections::HashSet;

use roster_model::suppression::{Form, Kind, is_hit, keys};
use roster_model::write::Command;
use roster_model::{Contact, Invalid};

use super::{Batch, ItemResult};
use crate::Error;
use crate::catalogue::Definitions;
use crate::packed::corrupt;

/// The entries that were found.
#[derive(Debug, Default)]
pub(super) struct ListEntries(Vec<ListEntry>);

#[derive(Debug)]
struct ListEntry {
    list: i64,
    key: String,
    kind: Kind,
    form: Form,
    subdomains: bool,
}

/// The lists and keys to look for, distinct.
pub(super) fn asked(batches: &[&Batch]) -> Vec<(i64, String)> {
    let mut asked = HashSet::new();
    for batch in batches {
        let lists = batch.definitions.suppression.iter();
        for (list, forms) in lists.filter(|(_, forms)| !forms.is_empty()) {
            for item in batch.items.iter().flatten() {
                for (_, contact) in item.contacts() {
                    let keys = keys(contact, *forms).into_iter();
                    asked.extend(keys.map(|key| (list.get(), key)));
                }
            }
        }
    }
    asked.into_iter().collect()
}

impl ListEntries {
    /// Reads what the statement found: `[[list, key, kind, form, subdomains], …]`.
    pub(super) fn read(text: &str) -> Result<Self, Error> {
        let rows: Vec<(i64, String, i64, i64, i64)> =
            serde_json::from_str(text).map_err(corrupt)?;
        let found = rows.into_iter().map(|(list, key, kind, form, subdomains)| {
            Some(ListEntry {
                list,
                key,
                kind: Kind::from_number(kind)?,
                form: Form::from_number(form)?,
                subdomains: subdomains != 0,
            })
        });
        let found: Option<Vec<ListEntry>> = found.collect();
        Ok(ListEntries(found.ok_or_else(|| corrupt("an entry"))?))
    }

    /// Whether a contact stands on a list that is attached to the database.
    pub(super) fn has(&self, contact: &Contact, definitions: &Definitions) -> bool {
        self.0.iter().any(|found| {
            let attached = definitions.suppression.iter();
            let mut attached = attached.map(|(list, _)| list.get());
            attached.any(|list| list == found.list)
                && is_hit(
                    &found.key,
                    found.kind,
                    found.form,
                    found.subdomains,
                    contact,
                )
        })
    }

    /// Says so beside what was written.
    pub(super) fn note(&self, batch: &Batch, results: &mut [ItemResult]) {
        if self.0.is_empty() {
            return;
        }
        for (item, result) in batch.items.iter().zip(results) {
            if let (Ok(item), Ok(outcome)) = (item, result) {
                outcome.notes.extend(self.notes(item, &batch.definitions));
            }
        }
    }

    fn notes(&self, item: &Command, definitions: &Definitions) -> Vec<Invalid> {
        let contacts = item.contacts();
        let suppressed = contacts.filter(|(_, contact)| self.has(contact, definitions));
        suppressed
            .map(|(pointer, _)| Invalid {
                pointer,
                code: Code::Suppressed,
                detail: "The contact stands on a suppression list: it is kept, but nothing is sent to it.".to_owned(),
            })
            .collect()
    }
}
