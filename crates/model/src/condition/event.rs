//! What people did, in conditions:
//! `{"event": {"type": ["clicked"], "last": "30d", "count": {"ge": 2}}}`.

use super::Moment;
use super::date::{DateTest, DateValue, Order, Window};
use super::operand::{counts, date_tests, list, piece};
use super::text::{Place, TextTest};
use crate::Code;
use crate::error::{Invalid, valid};
use crate::id::ResourceId;
use crate::readers::text_of;
use crate::text::clean;
use crate::time::Timestamp;
use crate::write::{EventKind, Schema};
use serde_json::{Map, Value};

/// The members of the test.
const MEMBERS: [&str; 7] = [
    "type",
    "last",
    "between",
    "count",
    "resource_id",
    "message_id",
    "url",
];

/// The tests of a link.
const URL_TESTS: [(&str, Place); 4] = [
    ("eq", Place::Whole),
    ("contains", Place::Inside),
    ("starts_with", Place::Start),
    ("ends_with", Place::End),
];

/// The most types of events in one test.
const MAX_TYPES: usize = 20;
/// The longest id of a message, in characters.
const MAX_ID_CHARS: usize = 2000;

/// So many events happened to a profile, each of which is all that is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct EventTest {
    /// Of one of these types, by name; at least one.
    pub types: Vec<String>,
    /// When they happened: all of these must hold.
    pub times: Vec<DateTest>,
    /// Of messages of this resource.
    pub resource: Option<ResourceId>,
    /// Of this message.
    pub message: Option<String>,
    /// Of links like this.
    pub url: Option<TextTest>,
    /// How many such events there must be: all of these must hold.
    pub counts: Vec<(Order, i64)>,
}

impl EventTest {
    /// Reads `{"type", "last", "between", "count", "resource_id", "message_id", "url"}`,
    /// all but the first optional; without `count` one event or more.
    ///
    /// Codes: `wrong_type`, `unknown_member`, `required`, `invalid_event_type`, `empty`,
    /// `too_many`, `contradiction` (both times), `unknown_resource`,
    /// `resource_not_for_database`, and those of dates, durations, texts and counts.
    pub(super) fn parse(value: &Value, schema: &Schema) -> Result<Self, Vec<Invalid>> {
        let Value::Object(members) = value else {
            return Err(vec![Invalid::wrong_type(value, "an object")]);
        };
        let mut test = EventTest {
            types: Vec::new(),
            times: Vec::new(),
            resource: None,
            message: None,
            url: None,
            counts: vec![(Order::GreaterOrEqual, 1)],
        };
        let mut wrong = Vec::new();
        for (name, given) in members {
            if let Err(all) = test.take(name, given, schema) {
                wrong.extend(all.into_iter().map(|one| one.at(name)));
            }
        }
        if !members.contains_key("type") {
            let detail = "Say what happened: one type of event, such as clicked, or several.";
            wrong.push(Invalid::new(Code::Required, detail).at("type"));
        }
        if members.contains_key("last") && members.contains_key("between") {
            let detail = "One time is enough: last or between.";
            wrong.push(Invalid::new(Code::Contradiction, detail).at("between"));
        }
        valid(test, wrong)
    }

    fn take(&mut self, name: &str, given: &Value, schema: &Schema) -> Result<(), Vec<Invalid>> {
        match name {
            "type" => {
                let read = |one: &Value| {
                    let kind = EventKind::parse(text_of(one)?)?;
                    Ok(kind.as_str().to_owned())
                };
                self.types = list(given, read)?;
                if self.types.len() > MAX_TYPES {
                    let detail = format!("A test has at most {MAX_TYPES} types of events.");
                    return Err(vec![Invalid::new(Code::TooMany, detail)]);
                }
            }
            "last" | "between" => {
                self.times
                    .extend(date_tests(name, given, &schema.database.time_zone)?);
            }
            "count" => self.counts = counts(given)?,
            "resource_id" => self.resource = Some(schema.resource(given)?.id),
            "message_id" => {
                let id = clean(text_of(given)?.trim(), MAX_ID_CHARS)?;
                if id.is_empty() {
                    let detail = "No message has an empty id.";
                    return Err(vec![Invalid::new(Code::Empty, detail)]);
                }
                self.message = Some(id);
            }
            "url" => self.url = Some(url_test(given)?),
            _ => {
                let detail = format!("An event is asked for by {}.", MEMBERS.join(", "));
                return Err(vec![Invalid::new(Code::UnknownMember, detail)]);
            }
        }
        Ok(())
    }

    /// Whether an event is one of those that are asked for; `about` is what history keeps
    /// of it.
    pub fn accepts(&self, about: &Value, moment: &Moment) -> bool {
        let text = |name: &str| about.get(name).and_then(Value::as_str);
        let Some(at) = text("at").and_then(|at| at.parse::<Timestamp>().ok()) else {
            return false;
        };
        let at = DateValue::At(at);
        text("event").is_some_and(|event| self.types.iter().any(|one| one == event))
            && self.times.iter().all(|one| one.accepts(at, moment))
            && self
                .resource
                .is_none_or(|id| text("resource_id") == Some(&id.to_string()))
            && self
                .message
                .as_deref()
                .is_none_or(|id| text("message_id") == Some(id))
            && self
                .url
                .as_ref()
                .is_none_or(|test| text("url").is_some_and(|url| test.accepts(url)))
    }

    /// Whether so many events are as many as are asked for.
    pub fn accepts_count(&self, count: usize) -> bool {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let mut counts = self.counts.iter();
        counts.all(|(order, bound)| order.accepts(count.cmp(bound)))
    }

    /// Whether somebody to whom nothing such happened can't pass.
    pub fn needs_one(&self) -> bool {
        !self.accepts_count(0)
    }

    /// Whether one is enough.
    pub fn is_any(&self) -> bool {
        self.counts == [(Order::GreaterOrEqual, 1)]
    }

    /// The times that pass, as half-open intervals of instants: one must be in all of them.
    pub fn windows(&self, moment: &Moment) -> impl Iterator<Item = Window> {
        let windows = self.times.iter().map(|test| test.window(moment));
        windows.flatten()
    }
}

fn url_test(given: &Value) -> Result<TextTest, Vec<Invalid>> {
    let none = Map::new();
    let members = match given {
        Value::Object(members) => members,
        _ => &none,
    };
    let names = URL_TESTS.map(|(name, _)| name).join(", ");
    let mut all = members.iter();
    let (Some((name, text)), None) = (all.next(), all.next()) else {
        let want = format!("an object with one of {names}");
        return Err(vec![Invalid::wrong_type(given, &want)]);
    };
    let Some((_, place)) = URL_TESTS.into_iter().find(|(known, _)| known == name) else {
        let detail = format!("A link is asked for by one of {names}.");
        return Err(vec![Invalid::new(Code::UnknownOperator, detail).at(name)]);
    };
    let texts = vec![piece(text).map_err(|wrong| vec![wrong.at(name)])?];
    Ok(TextTest {
        place,
        texts,
        ignore_case: false,
    })
}
