//! Making the write of one delivery.

use super::place::{Delivery, text_of};
use super::rule::{self, Extraction, Use};
use super::transform::instant;
use super::{AllMembers, Mapping};
use crate::header::{Headers, MAX_ID};
use roster_model::Code;
use roster_model::error::{Invalid, excerpt_json};
use roster_model::write::Schema;
use roster_model::{Field, Timestamp};
use serde_json::{Map, Value};

/// What `"*"` never takes: consent and status need a rule that says so.
const NEVER: [&str; 2] = ["subscriptions", "_status"];

/// What a delivery becomes.
#[derive(Clone, Debug, PartialEq)]
pub enum MappingOutcome {
    /// Nothing: the condition doesn't hold.
    Skip {
        /// Why, in a few words, such as `/type is "customer.deleted"`.
        reason: String,
    },
    /// A write of a profile.
    Write {
        /// The members beside `data`.
        request: Map<String, Value>,
        /// Fields by name, and `subscriptions`.
        data: Value,
        /// The sender's id of the message, 1 to 255 characters.
        id: Option<String>,
        /// When it happened.
        at: Option<Timestamp>,
        /// What it says that can't be read and was left out; pointers are inside
        /// the request.
        left_out: Vec<Invalid>,
        /// Whether a subscription is among that.
        not_subscribed: bool,
    },
}

impl Mapping {
    /// What a delivery becomes that came at `now`, for a database with these
    /// definitions: they tell which dates lie in the past, and so the century of a
    /// year of two digits. Pointers are inside the request, so those of
    /// fields begin with `/data`; of `id` and `at` they are `/id` and `/at`.
    ///
    /// Codes: `wrong_type`, `invalid_number`, `invalid_date`, `out_of_range`,
    /// `too_long`, `invalid_id`.
    pub fn apply(
        &self,
        payload: &Value,
        headers: &Headers,
        now: Timestamp,
        schema: &Schema<'_>,
    ) -> Result<MappingOutcome, Vec<Invalid>> {
        let delivery = Delivery {
            payload,
            headers,
            now,
        };
        if let Some(condition) = &self.condition
            && let Err(reason) = condition.check(delivery)
        {
            return Ok(MappingOutcome::Skip { reason });
        }
        let mut wrong = Vec::new();
        let mut taking = Extraction {
            lenient: self.lenient,
            told: Vec::new(),
        };
        let mut request = self.request.clone();
        for (name, rule) in &self.matched_by {
            let from = taking.told.len();
            let value = rule.value(delivery, Use::Plain, false, &mut taking);
            taking.place(from, |one| one.at(name));
            match value {
                Ok(value) => request.extend(value.map(|value| ((*name).to_owned(), value))),
                Err(invalid) => wrong.push(invalid.at(name)),
            }
        }
        let mut data = Map::new();
        if let Some(all) = &self.all {
            let from = taking.told.len();
            all.take(payload, &mut data, &mut taking, &mut wrong);
            taking.place(from, |one| one.at("data"));
        }
        for (name, rule) in &self.fields {
            let from = taking.told.len();
            let field = schema.database.field(name);
            let past = field.is_some_and(Field::lies_in_past);
            let value = rule.value(delivery, Use::Data, past, &mut taking);
            taking.place(from, |one| one.at(name).at("data"));
            match value {
                Ok(Some(value)) => {
                    data.insert(name.clone(), value);
                }
                Ok(None) => {}
                Err(invalid) => wrong.push(invalid.at(name).at("data")),
            }
        }
        let mut subscriptions = Vec::new();
        let mut not_subscribed = false;
        for (index, subscription) in self.subscriptions.iter().enumerate() {
            let from = taking.told.len();
            let place = |one: Invalid| one.at_index(index).at("subscriptions").at("data");
            let made = subscription.value(delivery, schema, &mut taking);
            taking.place(from, place);
            match made {
                Ok(made) => {
                    not_subscribed |= made.is_none() && taking.told.len() > from;
                    subscriptions.extend(made);
                }
                Err(all) => wrong.extend(all.into_iter().map(place)),
            }
        }
        if !subscriptions.is_empty() {
            data.insert("subscriptions".to_owned(), Value::Array(subscriptions));
        }
        // Which message it is, and when it was, is not the person's to lack: it is
        // told, and the hash of the body and the order of arrival stand in.
        let id = taking.plain("id", self.id.as_ref(), delivery, message_id);
        let at = taking.plain("at", self.at.as_ref(), delivery, instant);
        match (id, at) {
            (Ok(id), Ok(at)) if wrong.is_empty() => Ok(MappingOutcome::Write {
                request,
                data: Value::Object(data),
                id,
                at,
                left_out: taking.told,
                not_subscribed,
            }),
            (id, at) => {
                wrong.extend(id.err());
                wrong.extend(at.err());
                Err(wrong)
            }
        }
    }
}

impl Extraction {
    /// A value that is read once more.
    fn plain<T>(
        &mut self,
        name: &str,
        rule: Option<&rule::Rule>,
        delivery: Delivery,
        read: impl Fn(&Value) -> Result<T, Invalid>,
    ) -> Result<Option<T>, Invalid> {
        let Some(rule) = rule else {
            return Ok(None);
        };
        let from = self.told.len();
        // An id is no date, and what a message tells of has happened.
        let value = rule.value(delivery, Use::Plain, true, self);
        self.place(from, |one| one.at(name));
        let read = value.and_then(|value| value.map(|value| read(&value)).transpose());
        match read {
            Err(invalid) if self.lenient => {
                self.told.push(invalid.at(name));
                Ok(None)
            }
            read => read.map_err(|invalid| invalid.at(name)),
        }
    }
}

impl Mapping {
    /// The sender's id of a message, if it can be told: also of a delivery that
    /// is skipped or can't be mapped.
    pub fn id(&self, payload: &Value, headers: &Headers, now: Timestamp) -> Option<String> {
        let delivery = Delivery {
            payload,
            headers,
            now,
        };
        let value = self
            .id
            .as_ref()?
            .value(delivery, Use::Plain, true, &mut Extraction::default())
            .ok()??;
        message_id(&value).ok()
    }
}

impl AllMembers {
    /// Takes the members that say something.
    fn take(
        &self,
        payload: &Value,
        data: &mut Map<String, Value>,
        taking: &mut Extraction,
        wrong: &mut Vec<Invalid>,
    ) {
        let members = self.from.find(payload).and_then(Value::as_object);
        for (name, value) in members.into_iter().flatten() {
            let empty = value.is_null() || value == "";
            if empty || NEVER.contains(&&**name) || self.except.contains(name) {
                continue;
            }
            match rule::copied(value) {
                Ok(value) => {
                    data.insert(name.clone(), rule::data(value));
                }
                Err(invalid) if taking.lenient => taking.told.push(invalid.at(name)),
                Err(invalid) => wrong.push(invalid.at(name).at("data")),
            }
        }
    }
}

fn message_id(given: &Value) -> Result<String, Invalid> {
    let text = text_of(given).map(|text| text.trim().to_owned());
    let text = text.filter(|text| (1..=MAX_ID).contains(&text.chars().count()));
    text.ok_or_else(|| {
        let detail = format!(
            "{} is no id of a message: it must be a text of 1 to {MAX_ID} characters, or a number.",
            excerpt_json(given)
        );
        Invalid::new(Code::InvalidId, detail)
    })
}
