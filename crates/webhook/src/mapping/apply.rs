//! Making the write of one delivery.

use super::place::{Delivery, text_of};
use super::rule::{self, Use};
use super::transform::instant;
use super::{AllMembers, Mapping};
use crate::header::{Headers, MAX_ID};
use roster_model::Timestamp;
use roster_model::error::{Invalid, excerpt_json};
use serde_json::{Map, Value};

/// What `"*"` never takes: consent and status need a rule that says so.
const NEVER: [&str; 2] = ["subscriptions", "_status"];

/// What a delivery becomes.
#[derive(Clone, Debug, PartialEq)]
pub enum Mapped {
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
    },
}

impl Mapping {
    /// What a delivery becomes. Pointers are inside the request, so those of
    /// fields begin with `/data`; of `id` and `at` they are `/id` and `/at`.
    ///
    /// Codes: `wrong_type`, `invalid_number`, `invalid_date`, `out_of_range`,
    /// `too_long`, `invalid_id`.
    pub fn apply(&self, payload: &Value, headers: &Headers) -> Result<Mapped, Vec<Invalid>> {
        let delivery = Delivery { payload, headers };
        if let Some(condition) = &self.condition
            && let Err(reason) = condition.check(delivery)
        {
            return Ok(Mapped::Skip { reason });
        }
        let mut wrong = Vec::new();
        let mut request = self.request.clone();
        for (name, rule) in &self.matched_by {
            match rule.value(delivery, Use::Plain) {
                Ok(value) => request.extend(value.map(|value| ((*name).to_owned(), value))),
                Err(invalid) => wrong.push(invalid.at(name)),
            }
        }
        let mut data = Map::new();
        if let Some(all) = &self.all {
            all.take(payload, &mut data, &mut wrong);
        }
        for (name, rule) in &self.fields {
            match rule.value(delivery, Use::Data) {
                Ok(Some(value)) => {
                    data.insert(name.clone(), value);
                }
                Ok(None) => {}
                Err(invalid) => wrong.push(invalid.at(name).at("data")),
            }
        }
        let mut subscriptions = Vec::new();
        for (index, subscription) in self.subscriptions.iter().enumerate() {
            match subscription.value(delivery) {
                Ok(made) => subscriptions.extend(made),
                Err(all) => wrong.extend(
                    all.into_iter()
                        .map(|w| w.at_index(index).at("subscriptions").at("data")),
                ),
            }
        }
        if !subscriptions.is_empty() {
            data.insert("subscriptions".to_owned(), Value::Array(subscriptions));
        }
        let mut take = |name, rule: Option<&rule::Rule>| {
            let value = rule.map(|rule| rule.value(delivery, Use::Plain));
            value
                .transpose()
                .map(Option::flatten)
                .unwrap_or_else(|invalid| {
                    wrong.push(invalid.at(name));
                    None
                })
        };
        let (id, at) = (take("id", self.id.as_ref()), take("at", self.at.as_ref()));
        let id = id.map(|id| message_id(&id)).transpose();
        let at = at.map(|at| instant(&at)).transpose();
        match (id, at) {
            (Ok(id), Ok(at)) if wrong.is_empty() => Ok(Mapped::Write {
                request,
                data: Value::Object(data),
                id,
                at,
            }),
            (id, at) => {
                wrong.extend(id.err().map(|invalid| invalid.at("id")));
                wrong.extend(at.err().map(|invalid| invalid.at("at")));
                Err(wrong)
            }
        }
    }
}

impl Mapping {
    /// The sender's id of a message, if it can be told: also of a delivery that
    /// is skipped or can't be mapped.
    pub fn id(&self, payload: &Value, headers: &Headers) -> Option<String> {
        let delivery = Delivery { payload, headers };
        let value = self.id.as_ref()?.value(delivery, Use::Plain).ok()??;
        message_id(&value).ok()
    }
}

impl AllMembers {
    /// Takes the members that say something.
    fn take(&self, payload: &Value, data: &mut Map<String, Value>, wrong: &mut Vec<Invalid>) {
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
        Invalid::new("invalid_id", detail)
    })
}
