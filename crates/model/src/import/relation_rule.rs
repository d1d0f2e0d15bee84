//! The relations that a row makes of its cells.

use super::convert::Conversion;
use super::plan::{Plan, Row};
use super::reader::Cell;
use super::relation::{RelationGroup, RelationPart};
use super::sheet_error;
use crate::Code;
use crate::error::{Invalid, excerpt};
use crate::json;
use crate::matching::Matching;
use crate::phone::Region;
use crate::relation::{PropertyType, RelationAct, Side, Weights, read_weights};
use crate::write::{RelationEdit, RelationSides, Schema, one_profile, reference};
use serde_json::{Map, Value};
use std::sync::Arc;

/// The most profiles that one cell names.
pub const MAX_RELATED: usize = 100;

/// What makes relations of one type, made ready for one file.
#[derive(Debug)]
pub(super) struct RelationRule {
    sides: Arc<RelationSides>,
    own: Side,
    act: RelationAct,
    with: Map<String, Value>,
    /// How the values of a field that they are matched by are read.
    convert: Conversion,
    weights: Map<String, Value>,
    /// The column that says who stands across.
    column: usize,
    /// Columns of weights.
    weighed: Vec<(usize, String, Conversion)>,
}

impl RelationRule {
    /// None where its type or the database across isn't known, or no column names anybody.
    pub fn new(
        group: &RelationGroup,
        parts: &[(usize, &RelationPart)],
        region: Option<Region>,
        schema: &Schema,
    ) -> Option<Self> {
        let relation_type = schema.relation_type(group.relation_type).ok()?;
        let mut sides = RelationSides::of(relation_type, schema)?;
        // The numbers of a file are of its region, on either side.
        if region.is_some() {
            sides.a.settings.region = region;
            sides.b.settings.region = region;
        }
        let profile = parts
            .iter()
            .find(|(_, part)| **part == RelationPart::Profile);
        let weighed = parts.iter().filter_map(|(column, part)| match part {
            RelationPart::Profile => None,
            RelationPart::Weight(name) => {
                let property = relation_type.property(name)?;
                Some((*column, name.clone(), conversion(property.property_type)))
            }
        });
        let with = group.with();
        let field = with.get("field_name").and_then(Value::as_str);
        let field = field.and_then(|name| sides.database(group.own.other()).field(name));
        Some(RelationRule {
            own: group.own,
            act: group.act(),
            convert: field.map_or(Conversion::Text, Conversion::of),
            with,
            weights: group.weights(),
            column: profile?.0,
            weighed: weighed.collect(),
            sides: Arc::new(sides),
        })
    }

    /// The relations that a row makes, or what keeps it from making one. Pointers name columns.
    pub fn relations(&self, plan: &Plan, row: Row) -> Vec<Result<RelationEdit, Invalid>> {
        let named = match self.named(plan, row) {
            Ok(named) => named,
            Err(invalid) => return vec![Err(plan.at(self.column, invalid))],
        };
        if named.is_empty() {
            return Vec::new();
        }
        let mut common = self.weights.clone();
        for (column, name, convert) in &self.weighed {
            match plan.reader.value(convert, plan.cell(row, *column)) {
                Ok(Some(value)) => {
                    common.insert(name.clone(), value);
                }
                Ok(None) => {}
                Err(invalid) => return vec![Err(plan.at(*column, invalid))],
            }
        }
        let made = named
            .into_iter()
            .map(|named| self.relation(plan, &common, named));
        made.collect()
    }

    /// Those whom the row names: values, or references with weights of their own as an
    /// export writes them.
    fn named(&self, plan: &Plan, row: Row) -> Result<Vec<Value>, Invalid> {
        let named = match plan.reader.content(plan.cell(row, self.column)) {
            None | Some(Cell::Missing) => Vec::new(),
            Some(Cell::Text(text)) if sheet_error::is_error(text) => {
                let detail = format!(
                    "{} is what a spreadsheet shows for an error.",
                    excerpt(text)
                );
                return Err(Invalid::new(Code::SheetError, detail));
            }
            Some(Cell::Text(text)) if is_list_of_objects(text) => {
                match json::read(text.as_bytes()) {
                    Ok(Value::Array(items)) => items,
                    Ok(other) => vec![other],
                    Err(wrong) => return Err(Invalid::new(wrong.code, wrong.detail)),
                }
            }
            Some(Cell::Text(text)) => {
                let mut items = Vec::new();
                plan.reader
                    .elements(text, |item| items.push(Value::from(item)));
                items
            }
            Some(Cell::Json(Value::Array(items))) => items.clone(),
            Some(Cell::Json(value)) => vec![value.clone()],
        };
        if named.len() > MAX_RELATED {
            let detail = format!(
                "{} profiles: a cell names at most {MAX_RELATED}.",
                named.len()
            );
            return Err(Invalid::new(Code::TooMany, detail));
        }
        Ok(named)
    }

    fn relation(
        &self,
        plan: &Plan,
        common: &Map<String, Value>,
        named: Value,
    ) -> Result<RelationEdit, Invalid> {
        let of_profile = |invalid: Invalid| plan.at(self.column, invalid);
        let database = self.sides.database(self.own.other());
        let schema = Schema::bare(database);
        let mut weights = common.clone();
        let across = match named {
            Value::Object(mut members) => {
                match members.remove("weights") {
                    Some(Value::Object(own)) => weights.extend(own),
                    None | Some(Value::Null) => {}
                    Some(other) => {
                        let wrong = Invalid::wrong_type(&other, "an object of weights");
                        return Err(of_profile(wrong));
                    }
                }
                reference(&Value::Object(members), &schema)
            }
            value => self
                .members(plan, value)
                .map_err(|wrong| vec![wrong])
                .and_then(|members| one_profile(members, &schema)),
        };
        let across = across.map_err(|wrong| first(wrong, of_profile))?;
        let read = read_weights(&Value::Object(weights), self.act, &self.sides.relation_type);
        let weights: Weights = read.map_err(|wrong| {
            let named = wrong.first().map(|one| one.pointer.trim_start_matches('/'));
            let column = self
                .weighed
                .iter()
                .find(|(_, name, _)| Some(&**name) == named);
            let column = column.map_or(self.column, |(column, ..)| *column);
            first(wrong, |invalid| plan.at(column, invalid))
        })?;
        Ok(RelationEdit {
            sides: Arc::clone(&self.sides),
            own: self.own,
            act: self.act,
            across,
            weights,
            place: of_profile(Invalid::new(Code::Invalid, "")).pointer,
        })
    }

    /// What names a profile, with the value of the row.
    fn members(&self, plan: &Plan, value: Value) -> Result<Map<String, Value>, Invalid> {
        let mut members = self.with.clone();
        let matching = members.get("matching").and_then(Value::as_str);
        let matching = matching.and_then(|name| name.parse::<Matching>().ok());
        let is_email = value.as_str().is_some_and(|text| text.contains('@'));
        let member = match matching.unwrap_or_default() {
            Matching::Email | Matching::EmailProfile | Matching::EmailSub => "email",
            Matching::Phone | Matching::PhoneSub => "phone",
            Matching::ProfileId => "profile_id",
            Matching::PushSub => "subscription_id",
            Matching::Custom | Matching::CustomSub => "field_value",
            Matching::EmailPhone | Matching::EmailPhoneSub if is_email => "email",
            Matching::EmailPhone | Matching::EmailPhoneSub => "phone",
        };
        let value = match value {
            Value::String(text) => plan
                .reader
                .value(&self.convert, Cell::Text(&text))?
                .unwrap_or_default(),
            other => other,
        };
        members.insert(member.to_owned(), value);
        Ok(members)
    }
}

/// The first complaint, with its column.
fn first(wrong: Vec<Invalid>, at: impl FnOnce(Invalid) -> Invalid) -> Invalid {
    let first = wrong.into_iter().next();
    at(first.unwrap_or_else(|| Invalid::new(Code::Invalid, "This names nobody.")))
}

fn is_list_of_objects(text: &str) -> bool {
    let rest = text.trim_start();
    let inner = rest.strip_prefix('[').map_or(rest, str::trim_start);
    inner.starts_with('{')
}

/// How the cells of a weight are read.
fn conversion(property_type: PropertyType) -> Conversion {
    match property_type {
        PropertyType::Integer => Conversion::Integer,
        PropertyType::Float => Conversion::Float,
        PropertyType::Boolean => Conversion::Boolean,
        PropertyType::String => Conversion::Text,
        PropertyType::Date => Conversion::Date { past: false },
    }
}
