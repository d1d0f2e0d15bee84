//! What a mapping says of the relations that rows make.

use super::target::MAX_LABEL_CHARS;
use crate::Code;
use crate::error::{Invalid, excerpt};
use crate::id::{DatabaseId, RelationTypeId};
use crate::read::{Members, any};
use crate::readers::text_of;
use crate::relation::{RelationAct, RelationType, Side, read_weights};
use crate::write::{REFERENCE_MEMBERS, Request, Schema};
use serde_json::{Map, Value};

/// The members that hold who is meant: they come from the row.
const VALUES: [&str; 5] = [
    "email",
    "phone",
    "profile_id",
    "field_value",
    "subscription_id",
];

/// A part of a relation, and what all rows have in common of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RelationTarget {
    pub relation_type: RelationTypeId,
    /// The side on which the row's profile stands.
    pub own: Side,
    /// Tells relations of one type apart.
    pub label: String,
    pub common: Common,
    pub part: RelationPart,
}

/// What a column may say of the relation as a whole; another column may have said it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Common {
    act: Option<RelationAct>,
    /// How those across are matched, without the value.
    with: Option<Map<String, Value>>,
    weights: Option<Map<String, Value>>,
}

/// What a cell says of a relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RelationPart {
    /// Who stands across.
    Profile,
    /// The weight of this name.
    Weight(String),
}

impl RelationTarget {
    /// Reads `{relation: {type, side, action, with, weights}, part, label}`.
    ///
    /// Codes: `required`, `unknown_relation_type`, `not_an_option`, `invalid_action`,
    /// `invalid_part`, `unknown_property`, `not_supported`, those of matching and of values.
    pub fn read(value: &Value, schema: &Schema) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(value)?;
        let common = members.required("relation", |value| common(value, schema));
        let label = members.optional("label", |v| {
            crate::text::clean(text_of(v)?.trim(), MAX_LABEL_CHARS)
        });
        let part = members.optional("part", |v| part(text_of(v)?));
        members.finish()?;
        let Some((relation_type, own, common)) = common else {
            let detail = "relation must be an object.";
            return Err(vec![Invalid::new(Code::Required, detail).at("relation")]);
        };
        let part = part.unwrap_or(RelationPart::Profile);
        if let RelationPart::Weight(name) = &part
            && relation_type.property(name).is_none()
        {
            let detail = format!("The relation type has no property {}.", excerpt(name));
            return Err(vec![Invalid::new(Code::UnknownProperty, detail).at("part")]);
        }
        Ok(RelationTarget {
            relation_type: relation_type.id,
            own,
            label: label.unwrap_or_default(),
            common,
            part,
        })
    }
}

fn common<'a>(
    value: &Value,
    schema: &Schema<'a>,
) -> Result<(&'a RelationType, Side, Common), Vec<Invalid>> {
    let mut members = Members::of(value)?;
    let relation_type = members.required("type", |v| {
        schema.relation_type(RelationTypeId::from_json(v)?)
    });
    let side = members.optional("side", |v| text_of(v)?.parse::<Side>());
    let own = relation_type.and_then(|one| {
        let own = one.side_of(schema.database.id, side);
        own.map_err(|invalid| members.refuse("side", invalid)).ok()
    });
    let act = members.optional("action", RelationAct::from_json);
    let across = relation_type
        .zip(own)
        .and_then(|(one, own)| schema.across(one.database(own.other())));
    let with = members.optional("with", |given| match &across {
        Some(across) => matched_by(given, across),
        None => Ok(Map::new()),
    });
    let weights = members.optional("weights", |given| match relation_type {
        Some(one) => {
            // What is asked to be done may stand at another column.
            read_weights(given, act.unwrap_or(RelationAct::Edit), one)?;
            Ok(given.as_object().cloned().unwrap_or_default())
        }
        None => any(given)
            .map(|_| Map::new())
            .map_err(|invalid| vec![invalid]),
    });
    members.finish()?;
    let (Some(relation_type), Some(own)) = (relation_type, own) else {
        return Err(vec![Invalid::new(
            Code::Required,
            "A relation needs its type.",
        )]);
    };
    let common = Common { act, with, weights };
    Ok((relation_type, own, common))
}

/// Reads how those across are matched: what names a profile, but for the value.
fn matched_by(given: &Value, across: &Schema) -> Result<Map<String, Value>, Vec<Invalid>> {
    let mut known = Members::of(given)?;
    for name in REFERENCE_MEMBERS {
        known.optional(name, any);
        if VALUES.contains(&name) && given.get(name).is_some() {
            let detail = "Who stands across comes from the row, it can't be the same for all.";
            known.refuse(name, Invalid::new(Code::NotSupported, detail));
        }
    }
    known.finish()?;
    let members = given.as_object().cloned().unwrap_or_default();
    match Request::parse(&members, across, false) {
        Ok(_) => Ok(members),
        Err(refusal) => Err(refusal.errors.into_vec()),
    }
}

fn part(text: &str) -> Result<RelationPart, Invalid> {
    match text.strip_prefix("weights.") {
        _ if text == "profile" => Ok(RelationPart::Profile),
        Some(name) => Ok(RelationPart::Weight(name.to_owned())),
        None => {
            let detail = format!(
                "{} is no part of a relation: it must be profile, or weights. and a name.",
                excerpt(text)
            );
            Err(Invalid::new(Code::InvalidPart, detail))
        }
    }
}

/// A relation that rows make, from the columns that speak of it.
#[derive(Clone, Debug)]
pub(super) struct RelationGroup {
    pub relation_type: RelationTypeId,
    /// The side on which the row's profile stands.
    pub own: Side,
    label: String,
    common: Common,
    /// The place of its first column in the mapping, from 0.
    pub entry: usize,
}

impl RelationGroup {
    /// The place of the group that a target belongs to, which has what the target adds. Code
    /// `contradiction`.
    pub fn join(
        all: &mut Vec<RelationGroup>,
        target: RelationTarget,
        entry: usize,
    ) -> Result<usize, Invalid> {
        let found = all.iter_mut().enumerate().find(|(_, one)| {
            one.relation_type == target.relation_type
                && one.own == target.own
                && one.label == target.label
        });
        let Some((index, group)) = found else {
            all.push(RelationGroup {
                relation_type: target.relation_type,
                own: target.own,
                label: target.label,
                common: target.common,
                entry,
            });
            return Ok(all.len() - 1);
        };
        let Common { act, with, weights } = target.common;
        add(&mut group.common.act, act, "action")?;
        add(&mut group.common.with, with, "with")?;
        add(&mut group.common.weights, weights, "weights")?;
        Ok(index)
    }

    /// The database across.
    pub fn across(&self, schema: &Schema) -> Option<DatabaseId> {
        let known = schema.relation_type(self.relation_type).ok()?;
        Some(known.database(self.own.other()))
    }

    /// What is to be done.
    pub fn act(&self) -> RelationAct {
        self.common.act.unwrap_or(RelationAct::Edit)
    }

    /// How those across are matched, without the value.
    pub fn with(&self) -> Map<String, Value> {
        self.common.with.clone().unwrap_or_default()
    }

    /// The weights that every row gives.
    pub fn weights(&self) -> Map<String, Value> {
        self.common.weights.clone().unwrap_or_default()
    }

    /// What the relation lacks or has twice; `parts` are those of its columns, by place.
    /// Codes: `required`, `double_target`, `not_supported`. Pointers are inside the settings.
    pub fn check(&self, parts: &[(usize, &RelationPart)], schema: &Schema) -> Vec<Invalid> {
        let at = |entry: usize, invalid: Invalid| invalid.at("to").at_index(entry).at("mapping");
        let mut wrong = Vec::new();
        if !parts
            .iter()
            .any(|(_, part)| **part == RelationPart::Profile)
        {
            let detail = "A relation needs a column that says who stands across.";
            wrong.push(at(self.entry, Invalid::new(Code::Required, detail)));
        }
        let Ok(relation_type) = schema.relation_type(self.relation_type) else {
            return wrong;
        };
        let given = self.weights();
        if let Err(all) = read_weights(&Value::Object(given), self.act(), relation_type) {
            let all = all.into_iter();
            wrong.extend(all.map(|one| at(self.entry, one.at("weights").at("relation"))));
        }
        for (entry, part) in parts {
            let RelationPart::Weight(name) = part else {
                continue;
            };
            let is_number = relation_type
                .property(name)
                .is_some_and(|one| one.property_type.is_number());
            let (code, detail) = match self.act() {
                _ if self
                    .common
                    .weights
                    .as_ref()
                    .is_some_and(|w| w.contains_key(name)) =>
                {
                    (
                        Code::DoubleTarget,
                        format!("{name} is given for all rows already."),
                    )
                }
                RelationAct::Detach => (
                    Code::NotSupported,
                    "A relation that ends has no weights.".to_owned(),
                ),
                RelationAct::Strengthen if !is_number => (
                    Code::NotSupported,
                    "Only numbers can be added to: use edit for this one.".to_owned(),
                ),
                _ => continue,
            };
            wrong.push(at(*entry, Invalid::new(code, detail).at("part")));
        }
        wrong
    }
}

fn add<T: PartialEq>(
    known: &mut Option<T>,
    given: Option<T>,
    name: &'static str,
) -> Result<(), Invalid> {
    match (known.as_ref(), given) {
        (_, None) => Ok(()),
        (Some(other), Some(given)) if *other != given => {
            let detail = format!("Another column gives this relation another {name}.");
            Err(Invalid::new(Code::Contradiction, detail)
                .at(name)
                .at("relation"))
        }
        (_, given) => {
            *known = given;
            Ok(())
        }
    }
}
