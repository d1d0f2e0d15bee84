//! Proposals: which column of a file may be which field, with the reason.
//!
//! They look at headers and at a sample of the values. They never decide: an
//! import runs with the mapping that it was given.

mod clue;
mod contacts;
mod dates;
mod looks;
mod names;
mod relations;
mod settings;

use super::columns::{Source, member};
use super::plan::Row;
use super::sheet_error;
use crate::activity;
use crate::channel::Channel;
use crate::field::{Field, FieldType};
use crate::id::ProfileId;
use crate::write::Schema;
pub use clue::{Clue, Look, LookCount};
use looks::{Looks, Vocabulary};
use names::{NAME, NAMES, OPT_IN, STATUS, WHOLE_NAME, plain};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

/// How sure a proposal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A guess.
    Low,
    /// The header or the values say so, but not both.
    Medium,
    /// The header says so, and no value speaks against it.
    High,
}

/// What one column may be.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Proposal {
    /// The column's place, from 1.
    pub column: usize,
    /// Its header.
    pub name: String,
    /// What it may become, as in an import's `mapping`.
    pub to: Value,
    /// Why, in a sentence or two.
    pub reason: String,
    /// The same in parts, from which any language can say it.
    pub reasons: Vec<Clue>,
    /// How sure that is.
    pub confidence: Confidence,
    /// The format of its dates, if it has dates in another form than ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_format: Option<&'static str>,
}

/// What the columns of a file may be.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Proposals {
    /// One for each column, in order.
    pub columns: Vec<Proposal>,
    /// All of it as the settings of an import, to be looked at and sent back:
    /// `matching`, `mapping`, `date_formats`, `decimal`, `separator`.
    pub settings: Value,
}

/// Proposes what the columns with these headers become, by their names and by
/// `rows`, a sample of the file. For JSON the headers are names of members.
pub fn propose(headers: &[String], rows: &[Row], schema: &Schema) -> Proposals {
    proposed(Proposer::new(headers, schema), headers, rows, schema)
}

/// The same where ids in the file are not those of this database's profiles, so that
/// nobody is found by them.
pub fn propose_without_ids(headers: &[String], rows: &[Row], schema: &Schema) -> Proposals {
    let mut proposer = Proposer::new(headers, schema);
    proposer.ids_are_foreign = true;
    proposed(proposer, headers, rows, schema)
}

/// The ids of profiles by which rows would be matched if these proposals were taken.
pub fn proposed_ids(proposals: &Proposals, rows: &[Row]) -> Vec<ProfileId> {
    let mut columns = proposals.columns.iter();
    let Some(column) = columns.find(|one| one.to.get("field").is_some_and(|f| f == "id")) else {
        return Vec::new();
    };
    let source = Source::Member(column.name.clone());
    let texts = rows
        .iter()
        .filter_map(|row| text(*row, column.column.saturating_sub(1), &source));
    texts.filter_map(|text| text.trim().parse().ok()).collect()
}

fn proposed(proposer: Proposer, headers: &[String], rows: &[Row], schema: &Schema) -> Proposals {
    let known = Vocabulary::new(schema.database.region);
    let mut ideas = Vec::with_capacity(headers.len());
    let mut looks = Vec::with_capacity(headers.len());
    for (index, header) in headers.iter().enumerate() {
        let source = Source::Member(header.clone());
        let texts: Vec<String> = rows
            .iter()
            .filter_map(|row| text(*row, index, &source))
            .take(looks::MAX_VALUES)
            .collect();
        let seen = Looks::at(texts.iter().map(String::as_str), &known);
        ideas.push(proposer.idea(header, &seen));
        looks.push(seen);
    }
    let mut columns = settle(headers, ideas, schema);
    for (proposal, looks) in columns.iter_mut().zip(&looks) {
        tell_format(proposal, looks, schema);
        proposal.reason = Clue::sentence(&proposal.reasons);
    }
    let by_name = rows.iter().any(|row| matches!(row, Row::Record(_)));
    let settings = settings::settings(&columns, by_name, &looks, schema);
    Proposals { columns, settings }
}

/// Whether a column is called as those are that say who agreed to be written to.
pub(super) fn names_consent(header: &str) -> bool {
    let name = plain(header);
    let mut names = names::each(OPT_IN).chain(names::each(STATUS));
    names.any(|one| plain(one) == name)
}

/// A value as text, if it is not empty.
fn text(row: Row, index: usize, source: &Source) -> Option<String> {
    let text = match row {
        Row::Cells(cell) => cell(index)?.to_owned(),
        Row::Record(record) => match member(record, source)? {
            Value::Null => return None,
            Value::String(text) => text.clone(),
            Value::Array(items) if items.iter().all(Value::is_string) => {
                super::cell::join(items.iter().filter_map(Value::as_str), ",")
            }
            other => other.to_string(),
        },
    };
    let nothing = text.trim().is_empty() || sheet_error::is_error(&text);
    (!nothing).then_some(text)
}

/// A thought about one column.
struct Idea {
    /// The field that it may be, by name; `None` for what is ignored.
    field: Option<String>,
    /// What it becomes instead of a field.
    other: Option<Value>,
    reasons: Vec<Clue>,
    confidence: Confidence,
}

/// What headers are compared with.
struct Proposer<'a> {
    schema: &'a Schema<'a>,
    /// Plain names of the database's own fields: names first, then titles.
    own: HashMap<String, &'a Field>,
    /// Plain names of other programs' columns, and the standard field.
    others: HashMap<String, &'static str>,
    has_last_name: bool,
    /// All headers, as they are.
    headers: HashSet<&'a str>,
    /// Whether ids are of profiles elsewhere.
    ids_are_foreign: bool,
}

impl<'a> Proposer<'a> {
    fn new(headers: &'a [String], schema: &'a Schema<'a>) -> Self {
        let mut own = HashMap::new();
        let fields = || schema.database.fields.iter();
        let names = fields().map(|field| (plain(&field.name), field));
        let titles = fields().map(|field| (plain(&field.title), field));
        for (name, field) in names.chain(titles) {
            own.entry(name).or_insert(field);
        }
        let mut others = HashMap::new();
        for (field, list) in NAMES {
            for name in names::each(list) {
                others.entry(plain(name)).or_insert(*field);
            }
        }
        let last = |header: &String| others.get(&plain(header)) == Some(&"_lname");
        let has_last_name = headers.iter().any(last);
        Proposer {
            schema,
            own,
            others,
            has_last_name,
            headers: headers.iter().map(|header| header.trim()).collect(),
            ids_are_foreign: false,
        }
    }

    fn idea(&self, header: &str, looks: &Looks) -> Idea {
        let name = plain(header);
        let called = |list| names::each(list).any(|n| plain(n) == name);
        if let Some(idea) = self
            .subscribed(header, looks)
            .or_else(|| self.related(header))
        {
            return idea;
        }
        if !name.is_empty() {
            if looks.most(looks.ids) && self.ids_are_foreign && matches!(&*name, "id" | "profileid")
            {
                return Idea::ignore(Clue::ForeignIds);
            }
            if looks.most(looks.ids) && matches!(&*name, "id" | "profileid") {
                return Idea {
                    field: Some("id".to_owned()),
                    other: None,
                    reasons: vec![Clue::ProfileIds],
                    confidence: Confidence::High,
                };
            }
            if activity::field(header).is_some() {
                return Idea::ignore(Clue::KeptBySystem {
                    column: header.to_owned(),
                });
            }
            // A whole name is no first name, even though its field is titled so.
            if called(NAME) && !self.has_last_name && looks.spaced * 2 > looks.total {
                return Idea::ignore(Clue::NamesAreWhole {
                    count: looks.spaced,
                    total: looks.total,
                });
            }
            let own = self.own.get(&name).map(|field| &*field.name);
            let by_name = own.or_else(|| self.others.get(&name).copied());
            if let Some(field) = by_name.and_then(|name| self.schema.database.field(name)) {
                let (column, named) = (header.to_owned(), field.name.clone());
                let how = match own {
                    Some(_) => Clue::NamedLikeField {
                        column,
                        field: named,
                    },
                    None => Clue::UsualName {
                        column,
                        field: named,
                    },
                };
                return by_header(field, how, looks);
            }
            if called(STATUS) && looks.most(looks.statuses) {
                return Idea {
                    field: Some("_status".to_owned()),
                    other: None,
                    reasons: vec![Clue::Statuses],
                    confidence: Confidence::Medium,
                };
            }
            if called(OPT_IN) && looks.most(looks.truths) {
                return self.opt_in(header);
            }
            if called(WHOLE_NAME) {
                return Idea::ignore(Clue::WholeName {
                    column: header.to_owned(),
                });
            }
        }
        self.by_values(looks)
    }

    /// Who said yes to being written to, where it can only be one thing.
    fn opt_in(&self, header: &str) -> Idea {
        let database = self.schema.database.id;
        let resources = self.schema.resources.iter();
        let column = header.to_owned();
        let mut fitting = resources.filter(|resource| {
            resource.databases.contains(&database) && resource.channels.contains(&Channel::Email)
        });
        match (fitting.next(), fitting.next()) {
            (Some(resource), None) => Idea {
                field: None,
                other: Some(json!({
                    "subscription": {"resource_id": resource.id, "channel": "email"},
                    "part": "opt_in",
                })),
                reasons: vec![Clue::OptIn {
                    column,
                    resource: resource.id,
                    name: resource.name.clone(),
                }],
                confidence: Confidence::Low,
            },
            (Some(_), Some(_)) => Idea::ignore(Clue::OptInOfSeveral { column }),
            (None, _) => Idea::ignore(Clue::OptInOfNone { column }),
        }
    }

    fn by_values(&self, looks: &Looks) -> Idea {
        let found = if looks.most(looks.emails) {
            Some(("email", Look::Email, looks.emails))
        } else if looks.most(looks.international) {
            Some(("phones", Look::Phone, looks.international))
        } else if looks.most(looks.ips) {
            Some(("_ip", Look::Ip, looks.ips))
        } else if looks.most(looks.sexes) && looks.varied {
            Some(("_sex", Look::Sex, looks.sexes))
        } else if looks.most(looks.countries) && looks.varied {
            Some(("_country", Look::Country, looks.countries))
        } else {
            None
        };
        let known = found.filter(|(name, ..)| self.schema.database.field(name).is_some());
        match known {
            Some((name, look, count)) => Idea {
                field: Some(name.to_owned()),
                other: None,
                reasons: vec![Clue::ValuesLook(looks.counted(count, look))],
                confidence: if name == "_country" {
                    Confidence::Low
                } else {
                    Confidence::Medium
                },
            },
            None => Idea::ignore(Clue::NoField {
                look: looks.named(),
            }),
        }
    }
}

impl Idea {
    fn ignore(reason: Clue) -> Self {
        Idea {
            field: None,
            other: None,
            reasons: vec![reason],
            confidence: Confidence::Low,
        }
    }
}

/// A column that is called like a field; whether its values bear that out.
fn by_header(field: &Field, how: Clue, looks: &Looks) -> Idea {
    let (values, confidence) = match looks.fitting(field.field_type) {
        _ if looks.total == 0 => (Clue::NoValues, Confidence::Medium),
        Some((count, look)) => {
            let seen = looks.counted(count, look);
            match count {
                _ if looks.most(count) => (Clue::ValuesFit(seen), Confidence::High),
                _ if count * 2 >= looks.total => (Clue::HalfFit(seen), Confidence::Medium),
                _ => (Clue::FewFit(seen), Confidence::Low),
            }
        }
        None => (Clue::TakesAnyText, Confidence::High),
    };
    let mut reasons = vec![how, values];
    if field.field_type == FieldType::Phones
        && looks.phones > 0
        && looks.international * 2 < looks.phones
    {
        reasons.push(Clue::NeedsRegion);
    }
    Idea {
        field: Some(field.name.clone()),
        other: None,
        reasons,
        confidence,
    }
}

/// Gives each field to the column that claims it most surely; lists may have
/// several.
fn settle(headers: &[String], ideas: Vec<Idea>, schema: &Schema) -> Vec<Proposal> {
    let mut order: Vec<usize> = (0..ideas.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(ideas.get(*index).map(|i| i.confidence)));
    let mut owners: HashMap<&str, usize> = HashMap::new();
    for index in order {
        if let Some(field) = ideas.get(index).and_then(|idea| idea.field.as_deref()) {
            owners.entry(field).or_insert(index);
        }
    }
    let is_list = |name: &str| {
        let field = schema.database.field(name);
        field.is_some_and(super::target::is_list)
    };
    let several = |name: &str| {
        let same = ideas
            .iter()
            .filter(|idea| idea.field.as_deref() == Some(name));
        is_list(name) && same.count() > 1
    };
    ideas
        .iter()
        .zip(headers)
        .enumerate()
        .map(|(index, (idea, header))| {
            let mut reasons = idea.reasons.clone();
            let mut confidence = idea.confidence;
            let to = match (&idea.field, &idea.other) {
                (Some(field), _) if owners.get(&**field) == Some(&index) || several(field) => {
                    json!({ "field": field })
                }
                (Some(field), _) => {
                    let owner = owners.get(&**field).and_then(|owner| headers.get(*owner));
                    reasons.push(Clue::BetterGiven {
                        field: field.clone(),
                        column: owner.cloned().unwrap_or_default(),
                    });
                    confidence = Confidence::Low;
                    json!("ignore")
                }
                (None, Some(other)) => other.clone(),
                (None, None) => json!("ignore"),
            };
            Proposal {
                column: index + 1,
                name: header.clone(),
                to,
                reason: String::new(),
                reasons,
                confidence,
                date_format: None,
            }
        })
        .collect()
}

/// The format of dates, where the column becomes a date.
fn tell_format(proposal: &mut Proposal, looks: &Looks, schema: &Schema) {
    let field = proposal.to.get("field").and_then(Value::as_str);
    let field = field.and_then(|name| schema.database.field(name));
    if field.is_none_or(|field| field.field_type != FieldType::Date) {
        return;
    }
    let (Some(format), _) = looks.dates.best() else {
        return;
    };
    proposal.date_format = Some(format.as_str());
    let own = format.as_str();
    proposal.reasons.push(Clue::DateFormat { format: own });
    if let Some(rival) = looks.dates.rival() {
        let format = rival.as_str();
        proposal.reasons.push(Clue::DateFormatUnsure { format });
        proposal.confidence = Confidence::Low;
    }
}
