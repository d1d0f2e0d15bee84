//! Relating two profiles: what a request says, read against both databases.

use super::Schema;
use super::command::{Action, Command};
use super::refusal::Refusal;
use crate::Code;
use crate::database::Database;
use crate::error::Invalid;
use crate::id::DatabaseId;
use crate::matching::Selector;
use crate::read::{Members, any};
use crate::relation::{RelationAct, RelationType, Side, Weights, read_weights};
use serde_json::{Map, Value};
use std::sync::Arc;

/// The members that name a profile: what `match` takes beside its data.
pub const REFERENCE_MEMBERS: [&str; 9] = [
    "matching",
    "email",
    "phone",
    "profile_id",
    "field_name",
    "field_value",
    "provider",
    "subscription_id",
    "resource_id",
];

/// A relation type with the databases of its sides.
#[derive(Clone, Debug)]
pub struct RelationSides {
    /// The type.
    pub relation_type: RelationType,
    /// The database of side A.
    pub a: Database,
    /// The database of side B.
    pub b: Database,
}

impl RelationSides {
    /// The sides of a type that the database of `schema` is part of; none where the one
    /// across isn't known.
    pub(crate) fn of(relation_type: &RelationType, schema: &Schema) -> Option<Self> {
        let database = |side| {
            let across = schema.across(relation_type.database(side));
            across.map(|schema| schema.database.clone())
        };
        Some(RelationSides {
            relation_type: relation_type.clone(),
            a: database(Side::A)?,
            b: database(Side::B)?,
        })
    }

    /// The database of a side.
    pub fn database(&self, side: Side) -> &Database {
        match side {
            Side::A => &self.a,
            Side::B => &self.b,
        }
    }
}

/// What is to be done with the relation of two profiles.
#[derive(Clone, Debug)]
pub struct Relate {
    /// Of which type.
    pub sides: Arc<RelationSides>,
    /// What.
    pub(crate) act: RelationAct,
    /// Who stands on side A.
    pub a: Selector,
    /// Who stands on side B.
    pub b: Selector,
    /// The weights that were given.
    pub(crate) weights: Weights,
}

impl Relate {
    /// The two.
    pub fn pair(&self) -> ProfilePair<'_> {
        ProfilePair {
            sides: &self.sides,
            a: &self.a,
            b: &self.b,
        }
    }

    /// Both sides, each with its database.
    pub fn selectors(&self) -> [(DatabaseId, &Selector); 2] {
        let pair = self.pair();
        Side::ALL.map(|side| (self.sides.database(side).id, pair.selector(side)))
    }
}

/// A relation of the profile that an item writes: what a row of a file says of one beside
/// its data.
#[derive(Clone, Debug)]
pub struct RelationEdit {
    /// Of which type.
    pub sides: Arc<RelationSides>,
    /// The side on which the item's profile stands.
    pub own: Side,
    /// What is to be done.
    pub(crate) act: RelationAct,
    /// Who stands across.
    pub across: Selector,
    /// The weights that were given.
    pub(crate) weights: Weights,
    /// Where a complaint about it points at.
    pub(crate) place: String,
}

impl RelationEdit {
    /// Who stands across, with the database.
    pub fn selector(&self) -> (DatabaseId, &Selector) {
        let database = self.sides.database(self.own.other());
        (database.id, &self.across)
    }
}

/// Two profiles of which must be known whether they are related.
#[derive(Clone, Copy, Debug)]
pub struct ProfilePair<'a> {
    /// By which type.
    pub sides: &'a RelationSides,
    /// Who stands on side A.
    pub a: &'a Selector,
    /// Who stands on side B.
    pub b: &'a Selector,
}

impl<'a> ProfilePair<'a> {
    /// The pair of a profile on the side `own` with somebody across.
    pub(crate) fn with(
        sides: &'a RelationSides,
        own: Side,
        profile: &'a Selector,
        across: &'a Selector,
    ) -> Self {
        let (a, b) = match own {
            Side::A => (profile, across),
            Side::B => (across, profile),
        };
        ProfilePair { sides, a, b }
    }

    /// Who stands on a side.
    pub fn selector(&self, side: Side) -> &'a Selector {
        match side {
            Side::A => self.a,
            Side::B => self.b,
        }
    }
}

/// Reads `{"action", "a", "b", "weights"}`. `a` and `b` are the schemas of the sides.
///
/// Codes: `wrong_type`, `required`, `unknown_field`, `invalid_action`, those of matching
/// (below `/a` and `/b`) and of [`read_weights`] (below `/weights`).
///
/// # Errors
/// What is wrong, by pointer.
pub fn prepare_relation(
    item: &Value,
    sides: &Arc<RelationSides>,
    a: &Schema,
    b: &Schema,
) -> Result<Command, Refusal> {
    let read = || -> Result<Relate, Vec<Invalid>> {
        let mut members = Members::of(item)?;
        let act = members.required("action", RelationAct::from_json);
        let one = members.required("a", |given| reference(given, a));
        let other = members.required("b", |given| reference(given, b));
        let weights = members.optional("weights", |given| {
            // Without an action nothing else is said of them.
            let act = act.unwrap_or(RelationAct::Edit);
            read_weights(given, act, &sides.relation_type)
        });
        members.finish()?;
        let missing = || vec![Invalid::new(Code::Required, "A member is missing.")];
        Ok(Relate {
            sides: Arc::clone(sides),
            // What is missing was noted, so that `finish` has refused it.
            act: act.ok_or_else(missing)?,
            a: one.ok_or_else(missing)?,
            b: other.ok_or_else(missing)?,
            weights: weights.unwrap_or_default(),
        })
    };
    match read() {
        Ok(relate) => Ok(Command::of(Action::Relate(Box::new(relate)), a)),
        Err(wrong) => Err(Refusal::all(wrong).unwrap_or_else(|| {
            Refusal::invalid(Code::Invalid, "This is no change of a relation.")
        })),
    }
}

/// Reads what names one profile: [`REFERENCE_MEMBERS`]. Without `matching` an id is enough.
///
/// # Errors
/// What is wrong, by pointer.
pub fn reference(given: &Value, schema: &Schema) -> Result<Selector, Vec<Invalid>> {
    let mut known = Members::of(given)?;
    for name in REFERENCE_MEMBERS {
        known.optional(name, any);
    }
    known.finish()?;
    one_profile(given.as_object().cloned().unwrap_or_default(), schema)
}

/// What names one profile, from [`REFERENCE_MEMBERS`]. Without `matching` an id is enough.
pub(crate) fn one_profile(
    mut members: Map<String, Value>,
    schema: &Schema,
) -> Result<Selector, Vec<Invalid>> {
    let has = |name: &str| members.get(name).is_some_and(|value| !value.is_null());
    if has("profile_id") && !has("matching") {
        members.insert("matching".to_owned(), "profile_id".into());
    }
    let selector = Selector::parse(&members, None, schema);
    selector.map_err(|refusal| refusal.errors.into_vec())
}
