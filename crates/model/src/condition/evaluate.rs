//! Whether a profile meets a condition.

use super::date::{DateValue, Moment};
use super::field::{FieldTest, Test};
use super::{Condition, EventTest, Node, RelationTest};
use crate::email::Email;
use crate::field::FieldType;
use crate::id::SegmentId;
use crate::profile::Profile;
use crate::restrictions::Restrictions;
use serde_json::Value;
use std::cmp::Ordering;

impl Condition {
    /// Whether a profile meets it. `is_member` tells whether the profile is in
    /// a segment, `related` how many relations it has that a test asks for, `happened`
    /// how many events, `against` what stands against its contacts.
    pub fn holds(
        &self,
        profile: &Profile,
        is_member: &dyn Fn(SegmentId) -> bool,
        related: &dyn Fn(&RelationTest) -> usize,
        happened: &dyn Fn(&EventTest) -> usize,
        against: &Restrictions,
        moment: &Moment,
    ) -> bool {
        self.root
            .holds(profile, is_member, related, happened, against, moment)
    }
}

impl Node {
    /// [`Condition::holds`] of a part.
    pub fn holds(
        &self,
        profile: &Profile,
        is_member: &dyn Fn(SegmentId) -> bool,
        related: &dyn Fn(&RelationTest) -> usize,
        happened: &dyn Fn(&EventTest) -> usize,
        against: &Restrictions,
        moment: &Moment,
    ) -> bool {
        let holds =
            |part: &Node| part.holds(profile, is_member, related, happened, against, moment);
        match self {
            Node::All(parts) => parts.iter().all(holds),
            Node::Any(parts) => parts.iter().any(holds),
            Node::Not(part) => !holds(part),
            Node::Field(test) => test.accepts(profile.data.get(&test.field.name), moment),
            Node::Subscription(test) => {
                let mut subscriptions = profile.subscriptions.iter();
                subscriptions.any(|one| test.accepts(one))
            }
            Node::Deliverable(test) => test.accepts(profile, against, moment.now),
            Node::Suppressed(test) => test.accepts(profile, against),
            Node::Control(asked) => profile.control.is_member() == *asked,
            Node::Segment(id) => is_member(*id),
            Node::Dynamic(segment) => segment.range.contains(profile.id) && holds(&segment.root),
            Node::Relation(test) => test.accepts_count(related(test)),
            Node::Event(test) => test.accepts_count(happened(test)),
            Node::Status(statuses) => statuses.has(profile.status),
            Node::Id(test) => test.accepts(profile.id),
            Node::Created(test) => test.accepts(DateValue::At(profile.created_at), moment),
            Node::Updated(test) => test.accepts(DateValue::At(profile.updated_at), moment),
        }
    }
}

impl FieldTest {
    /// Whether a stored value passes, or that there is none.
    pub fn accepts(&self, value: Option<&Value>, moment: &Moment) -> bool {
        let Some(value) = value else {
            return self.test == Test::Empty;
        };
        let has = |asked: &String| {
            let items = value.as_array().into_iter().flatten();
            items.into_iter().any(|item| item.as_str() == Some(asked))
        };
        match &self.test {
            Test::Exists => true,
            Test::Empty => match value {
                Value::String(text) => text.is_empty(),
                Value::Array(items) => items.is_empty(),
                Value::Object(members) => members.is_empty(),
                _ => false,
            },
            Test::OneOf(values) if self.field.field_type == FieldType::Email => {
                let key = mailbox(value);
                key.is_some() && values.iter().any(|one| mailbox(one) == key)
            }
            Test::OneOf(values) => values.contains(value),
            Test::Compare(order, bound) => {
                compare(value, bound).is_some_and(|found| order.accepts(found))
            }
            Test::Text(test) => match value {
                Value::Array(items) => {
                    let mut texts = items.iter().filter_map(Value::as_str);
                    texts.any(|text| test.accepts(text))
                }
                value => value.as_str().is_some_and(|text| test.accepts(text)),
            },
            Test::HasAny(asked) => asked.iter().any(has),
            Test::HasAll(asked) => asked.iter().all(has),
            Test::Date(test) => {
                let date = value.as_str().and_then(DateValue::read);
                date.is_some_and(|date| test.accepts(date, moment))
            }
        }
    }
}

/// What tells addresses apart.
fn mailbox(value: &Value) -> Option<String> {
    let email = Email::parse(value.as_str()?).ok()?;
    Some(email.key().to_owned())
}

/// How two canonical values of one type stand to each other: whole numbers,
/// other numbers and texts.
pub(super) fn compare(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => match (one.as_i64(), other.as_i64()) {
            (Some(one), Some(other)) => Some(one.cmp(&other)),
            _ => one.as_f64()?.partial_cmp(&other.as_f64()?),
        },
        (Value::String(one), Value::String(other)) => Some(one.cmp(other)),
        _ => None,
    }
}
