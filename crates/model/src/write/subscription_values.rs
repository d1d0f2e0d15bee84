//! The optional values of a subscription: its categories and custom fields.

use super::Schema;
use super::edits::{FieldEdit, ReadOptions};
use super::leniency::{joined, rest};
use super::subscribe::{CategoryOp, SubscriptionEdit};
use crate::Code;
use crate::channel::Channel;
use crate::error::{Invalid, excerpt};
use crate::functional::Op;
use crate::resource::Resource;
use crate::subscription::subscription_field;
use crate::value;
use serde_json::Value;
use std::borrow::Cow;

/// The categories that are given, all of which the resource must have.
pub(super) fn categories(given: &Value, resource: &Resource) -> Result<CategoryOp, Invalid> {
    let names = |value: &Value| -> Result<Vec<String>, Invalid> {
        let tags = value::tags(value)?;
        let texts = tags
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        Ok(texts.map(str::to_owned).collect())
    };
    let known = |names: Vec<String>| known_names(&names, resource).map(|()| names);
    let Value::Object(members) = given else {
        return match given {
            Value::Null => Ok(CategoryOp::Set(Vec::new())),
            _ => names(given).and_then(known).map(CategoryOp::Set),
        };
    };
    let value = members.get("value").unwrap_or(&Value::Null);
    let in_value = |invalid: Invalid| invalid.at("value");
    match members.get("action").and_then(Value::as_str) {
        Some("unset") => Ok(CategoryOp::Set(Vec::new())),
        Some("set") => names(value)
            .and_then(known)
            .map(CategoryOp::Set)
            .map_err(in_value),
        Some("add") => names(value)
            .and_then(known)
            .map(CategoryOp::Add)
            .map_err(in_value),
        Some("delete") => names(value).map(CategoryOp::Delete).map_err(in_value),
        _ => Err(Invalid::new(
            Code::InvalidAction,
            "Categories are an array of names, or are changed by set, unset, add or delete.",
        )),
    }
}

/// Whether the resource has all of these categories. Code `unknown_category`.
pub(super) fn known_names(names: &[String], resource: &Resource) -> Result<(), Invalid> {
    let is_known = |name: &String| resource.categories.iter().any(|c| c.name == *name);
    let unknown = names.iter().enumerate().find(|(_, name)| !is_known(name));
    let Some((index, name)) = unknown else {
        return Ok(());
    };
    let detail = format!(
        "Resource {} has no category {}.",
        resource.id,
        excerpt(name)
    );
    Err(Invalid::new(Code::UnknownCategory, detail).at_index(index))
}

/// Those categories that the resource has; what is left out is told.
pub(super) fn known_categories(
    given: &Value,
    resource: &Resource,
    told: &mut Vec<Invalid>,
) -> Result<Option<CategoryOp>, Invalid> {
    let wrong = match categories(given, resource) {
        Ok(op) => return Ok(Some(op)),
        Err(wrong) => wrong,
    };
    let (items, place) = match given {
        Value::Array(items) => (items, None),
        Value::Object(members) => match members.get("value") {
            Some(Value::Array(items)) => (items, Some("value")),
            _ => return Err(wrong),
        },
        _ => return Err(wrong),
    };
    let mut kept = Vec::new();
    for (index, item) in items.iter().enumerate() {
        match categories(&Value::Array(vec![item.clone()]), resource) {
            Ok(_) => kept.push(item.clone()),
            Err(one) => {
                let one = Invalid::new(one.code, one.detail).at_index(index);
                told.push(match place {
                    Some(place) => one.at(place),
                    None => one,
                });
            }
        }
    }
    if kept.is_empty() {
        return Ok(None);
    }
    let kept = Value::Array(kept);
    let kept = match given {
        Value::Object(members) => {
            let mut members = members.clone();
            members.insert("value".to_owned(), kept);
            Value::Object(members)
        }
        _ => kept,
    };
    categories(&kept, resource).map(Some)
}

/// What the custom fields of a subscription are read against.
pub(super) struct Fields<'a> {
    pub resource: &'a Resource,
    pub channel: Channel,
    pub schema: &'a Schema<'a>,
    pub reading: ReadOptions,
}

impl Fields<'_> {
    /// Reads them; complaints about values go to `inner`, those about values that
    /// must be there to `errors`, placed.
    pub fn read(
        &self,
        given: &Value,
        edit: &mut SubscriptionEdit,
        inner: &mut Vec<Invalid>,
        errors: &mut Vec<Invalid>,
    ) -> Result<(), Invalid> {
        let members = match given {
            Value::Null => {
                edit.clear_fields = true;
                return Ok(());
            }
            Value::Object(members) => members,
            other => {
                return Err(Invalid::wrong_type(other, "an object"));
            }
        };
        let ctx = self.schema.database.context();
        for (name, given) in members {
            let Some(field) = subscription_field(self.resource, self.channel, name) else {
                let detail = format!(
                    "Subscriptions of resource {} by {} have no field {}.",
                    self.resource.id,
                    self.channel,
                    excerpt(name)
                );
                inner.push(Invalid::new(Code::UnknownField, detail).at(name));
                continue;
            };
            let given = match self.reading.join_lines {
                true => joined(field, given),
                false => Cow::Borrowed(given),
            };
            let op = match Op::parse(field, &given, false, &ctx) {
                Ok(op) => Some(op),
                Err(invalid) if field.required => {
                    errors.push(invalid.at(name).at("custom_fields"));
                    None
                }
                Err(invalid) if self.reading.leniency.values => {
                    let (op, told) = rest(field, &given, false, &ctx, invalid);
                    inner.extend(told.into_iter().map(|one| one.at(name)));
                    op
                }
                Err(invalid) => {
                    inner.push(invalid.at(name));
                    None
                }
            };
            edit.fields.extend(op.map(|op| FieldEdit {
                name: name.clone(),
                op,
                outright: false,
            }));
        }
        Ok(())
    }
}
