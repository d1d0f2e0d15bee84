//! Columns in which a file says who gets messages and who does not, as our exports name
//! them. What stands beside a contact is read with it, whether the mapping names it or
//! not; what the mapping leaves out otherwise subscribes nobody.

use super::columns::{Column, Columns, Source};
use super::plan::{Plan, Row, cell_at};
use super::reader::Cell;
use super::subscriber::Subscriber;
use super::target::{Part, SUBSCRIPTIONS};
use crate::Code;
use crate::channel::Channel;
use crate::error::{Invalid, excerpt};
use crate::export::{ContactHeader, ContactPart};
use crate::status::Status;
use crate::text::canonical;
use serde_json::Value;

/// The column of the global status.
const GLOBAL: &str = "_status";

/// A column that says who gets messages, by its name.
#[derive(Clone, Copy, Debug)]
pub(super) struct ConsentColumn<'a> {
    says: ConsentSource<'a>,
}

#[derive(Clone, Copy, Debug)]
enum ConsentSource<'a> {
    /// Something of each contact in the column with the name `beside`; of one channel,
    /// where the whole name is an export's.
    Part {
        part: ContactPart,
        beside: &'a str,
        channel: Option<Channel>,
    },
    /// Whole subscriptions.
    Whole,
    /// How somebody stands as a whole.
    Global,
}

impl<'a> ConsentColumn<'a> {
    /// What a column's name says; nothing if it is called otherwise.
    pub fn of(header: &'a str) -> Option<Self> {
        let header = header.trim();
        let says = match header {
            SUBSCRIPTIONS => ConsentSource::Whole,
            GLOBAL => ConsentSource::Global,
            _ => {
                let (beside, end) = header.rsplit_once('/')?;
                let end = end.trim();
                let part = ContactPart::ALL.into_iter().find(|part| {
                    let suffix = part.suffix();
                    suffix.is_some_and(|suffix| end.eq_ignore_ascii_case(suffix))
                })?;
                ConsentSource::Part {
                    part,
                    beside: beside.trim(),
                    channel: ContactHeader::read(header).map(|read| read.channel),
                }
            }
        };
        Some(ConsentColumn { says })
    }

    /// Whether it is called so by exports only, whatever the mapping does.
    pub fn is_beside_contacts(self) -> bool {
        matches!(self.says, ConsentSource::Part { .. })
    }

    /// Whether somebody could be subscribed in a row who is not to be, since the mapping
    /// leaves this column out.
    fn concerns(self, one: &Subscriber, plan: &Plan, row: Option<Row>) -> bool {
        if one.subscribes_nobody() {
            return false;
        }
        let agreed = one.says(plan, row, |part| matches!(part, Part::Status | Part::OptIn));
        match self.says {
            // An export writes who was ended as a whole into what is withheld too; a
            // record has that beside its status only where it isn't so anyway.
            ConsentSource::Global => {
                let held = |part: &Part| *part == Part::Withheld;
                !one.says(plan, None, held)
                    || !one.says(plan, row, |part| held(part) || *part == Part::Status)
            }
            ConsentSource::Whole => !agreed,
            ConsentSource::Part {
                part,
                beside,
                channel,
            } => {
                if channel.is_some_and(|channel| channel != one.channel) {
                    return false;
                }
                let own = match part {
                    ContactPart::Status => Part::Status,
                    ContactPart::Withheld => Part::Withheld,
                    // Who ended it matters where nothing says that it ended.
                    ContactPart::LeftBy | ContactPart::LeftAt | ContactPart::Contact => {
                        return !agreed;
                    }
                };
                let is_of_it = |name: &str| {
                    let other = ConsentColumn::of(name).map(|column| column.says);
                    let beside_same = match other {
                        Some(ConsentSource::Part { beside: same, .. }) => same == beside,
                        _ => false,
                    };
                    beside_same || name.trim() == beside
                };
                !agreed
                    || !one.says(plan, row, |part| *part == own) && plan.names_of(one).any(is_of_it)
            }
        }
    }

    /// Whether a value speaks against messages.
    fn is_against(self, cell: Cell, plan: &Plan) -> bool {
        let Some(content) = plan.reader.content(cell) else {
            return false;
        };
        let value = match content {
            Cell::Text(text) => Value::from(canonical(text)),
            Cell::Json(value) => value.clone(),
            Cell::Missing => return false,
        };
        let agreed = |value: &Value| Status::from_json(value) == Ok(Status::Subscribed);
        match (self.says, &value) {
            (_, Value::Null | Value::Bool(false)) => false,
            (ConsentSource::Whole, Value::Array(items)) => {
                items.iter().any(|item| item.get("channel").is_some())
            }
            (ConsentSource::Whole, Value::String(text)) => text.starts_with('['),
            (ConsentSource::Whole, _) => false,
            (
                ConsentSource::Part {
                    part: ContactPart::Status,
                    ..
                },
                Value::Array(items),
            ) => !items.iter().all(agreed),
            (_, Value::Array(items)) => items.iter().any(|item| !item.is_null() && item != ""),
            (
                ConsentSource::Global
                | ConsentSource::Part {
                    part: ContactPart::Status,
                    ..
                },
                one,
            ) => !agreed(one),
            _ => true,
        }
    }
}

impl Plan {
    /// Reads what an export has beside the contacts of a subscription: its columns say
    /// what they are of, and anyone who left out one of them did not say that nobody left.
    /// What the mapping names, also to be ignored, is as it says.
    pub(super) fn adopt(&mut self, columns: Columns) {
        let mut subscribers = std::mem::take(&mut self.subscribers);
        for one in &mut subscribers {
            let Some(contacts) = one.contact_column() else {
                continue;
            };
            let Some(contacts) = self.columns.get(contacts) else {
                continue;
            };
            let name = contacts.name.trim().to_owned();
            let is_contacts = |read: &ContactHeader| read.part == ContactPart::Contact;
            if !ContactHeader::read(&name).is_some_and(|read| is_contacts(&read)) {
                continue;
            }
            for (part, of) in [
                (Part::Status, ContactPart::Status),
                (Part::LeftBy, ContactPart::LeftBy),
                (Part::LeftAt, ContactPart::LeftAt),
                (Part::Withheld, ContactPart::Withheld),
            ] {
                let Some(suffix) = of.suffix() else {
                    continue;
                };
                let wanted = format!("{name}/{suffix}");
                if let Some(column) = beside(columns, &wanted)
                    && !self.is_named(&column.name)
                    && one.can_take(&part)
                {
                    let place = self.column(column);
                    one.adopt(place, part);
                }
            }
        }
        self.subscribers = subscribers;
    }

    /// Whether the mapping names a column, be it to ignore it.
    pub(super) fn is_named(&self, header: &str) -> bool {
        self.columns.iter().any(|column| match &column.source {
            Source::Pointer(pointer) => {
                column.name == header
                    || pointer
                        .strip_prefix('/')
                        .is_some_and(|one| super::columns::unescape(one) == header)
            }
            Source::Cell(_) | Source::Member(_) => column.name == header,
        })
    }

    /// The names of the columns that a subscription comes from.
    fn names_of<'a>(&'a self, one: &'a Subscriber) -> impl Iterator<Item = &'a str> {
        let columns = one.columns().filter_map(|index| self.columns.get(index));
        columns.map(|column| column.name.as_str())
    }

    /// Those of a file's columns that say who gets no messages, and that the mapping
    /// leaves out although somebody could be subscribed so who left.
    pub(super) fn unheeded<'a>(&self, headers: &'a [String]) -> Vec<&'a str> {
        let headers = headers.iter().map(String::as_str);
        let unheeded = headers.filter(|header| {
            ConsentColumn::of(header).is_some_and(|column| {
                let mut subscribers = self.subscribers.iter();
                subscribers.any(|one| column.concerns(one, self, None)) && !self.is_named(header)
            })
        });
        unheeded.collect()
    }

    /// Refuses a mapping that leaves such a column out. Code
    /// [`Code::ConsentColumnNotMapped`].
    pub(super) fn heeds(&self, headers: &[String]) -> Result<(), Vec<Invalid>> {
        let unheeded = self.unheeded(headers);
        let wrong: Vec<Invalid> = unheeded.into_iter().map(not_mapped).collect();
        match wrong.is_empty() {
            true => Ok(()),
            false => Err(wrong),
        }
    }

    /// What a JSON record says against a subscription in a member that the mapping leaves
    /// out. Its members are known no sooner.
    pub(super) fn against(&self, one: &Subscriber, row: Row) -> Option<Invalid> {
        let Row::Record(record) = row else {
            return None;
        };
        let mut members = record.keys();
        let name = members.find(|name| {
            let used = self.whole && matches!(name.as_str(), SUBSCRIPTIONS | GLOBAL);
            ConsentColumn::of(name).is_some_and(|column| {
                let cell = cell_at(row, &Source::Member((*name).clone()));
                !used
                    && column.is_against(cell, self)
                    && !self.is_named(name)
                    && column.concerns(one, self, Some(row))
            })
        })?;
        Some(Invalid::new(Code::ConsentColumnNotMapped, detail(name)).at(name))
    }

    /// The complaints of a start about JSON records that say, in members which the mapping
    /// leaves out, who gets no messages: one for each member.
    pub fn unheeded_members(&self, rows: &[Row]) -> Vec<Invalid> {
        let mut wrong: Vec<Invalid> = Vec::new();
        for row in rows {
            for one in &self.subscribers {
                if let Some(found) = self.against(one, *row) {
                    let found = Invalid::new(found.code, found.detail).at("mapping");
                    if !wrong.contains(&found) {
                        wrong.push(found);
                    }
                }
            }
        }
        wrong
    }
}

/// The one column with that name; of JSON the member, which a record may have.
fn beside(columns: Columns, wanted: &str) -> Option<Column> {
    let headers = match columns {
        Columns::Text(headers) | Columns::Sheet(headers) => headers,
        Columns::Records => {
            return Some(Column {
                source: Source::Member(wanted.to_owned()),
                name: wanted.to_owned(),
            });
        }
    };
    let mut found = headers.iter().enumerate();
    let mut found = found.by_ref().filter(|(_, name)| name.trim() == wanted);
    match (found.next(), found.next()) {
        (Some((index, name)), None) => Some(Column {
            source: Source::Cell(index),
            name: name.clone(),
        }),
        _ => None,
    }
}

fn not_mapped(column: &str) -> Invalid {
    Invalid::new(Code::ConsentColumnNotMapped, detail(column)).at("mapping")
}

fn detail(column: &str) -> String {
    let as_what = match ConsentColumn::of(column).map(|column| column.says) {
        Some(ConsentSource::Whole) => "to the field subscriptions".to_owned(),
        Some(ConsentSource::Global) => "to the field _status".to_owned(),
        Some(ConsentSource::Part { part, .. }) => {
            let suffix = part.suffix().unwrap_or_default();
            format!("as the part {suffix} of the subscription that it is of")
        }
        None => String::new(),
    };
    format!(
        "The column {} says who gets messages and who does not, and the mapping leaves it out: anyone who left could be subscribed. Map it {as_what}, or to \"ignore\".",
        excerpt(column)
    )
}
