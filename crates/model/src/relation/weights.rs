//! The weights of one relation, and what an action makes of them.

use super::{Property, RelationTypeSettings};
use crate::Code;
use crate::error::{Invalid, excerpt, excerpt_json, valid};
use crate::readers::text_of;
use crate::value;
use crate::write::Refusal;
use serde_json::{Map, Value};
use std::fmt;
use std::str::FromStr;

/// The canonical values of a relation by the name of their property. What has no value
/// isn't there.
pub type Weights = Map<String, Value>;

/// What is to be done with a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelationAct {
    /// Relates the two, if they aren't related.
    Attach,
    /// Ends the relation.
    Detach,
    /// Adds to its numbers; relates the two where they aren't.
    Strengthen,
    /// Sets the weights that are given; relates the two where they aren't.
    Edit,
}

impl RelationAct {
    /// All actions.
    pub const ALL: [RelationAct; 4] = [
        RelationAct::Attach,
        RelationAct::Detach,
        RelationAct::Strengthen,
        RelationAct::Edit,
    ];

    /// The name, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            RelationAct::Attach => "attach",
            RelationAct::Detach => "detach",
            RelationAct::Strengthen => "strengthen",
            RelationAct::Edit => "edit",
        }
    }

    /// Reads the name. Codes: `wrong_type`, `invalid_action`.
    ///
    /// # Errors
    /// That it is none.
    pub fn from_json(value: &Value) -> Result<Self, Invalid> {
        text_of(value)?.parse()
    }
}

impl fmt::Display for RelationAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for RelationAct {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let found = Self::ALL.into_iter().find(|act| act.as_str() == text);
        found.ok_or_else(|| {
            let detail = format!(
                "{} is no action: it must be one of {}.",
                excerpt(text),
                Self::ALL.map(Self::as_str).join(", ")
            );
            Invalid::new(Code::InvalidAction, detail)
        })
    }
}

/// What a client sends as the weights of an action, canonical; `null` takes a weight away.
///
/// Codes: `wrong_type`, `unknown_property`, those of values; `not_supported` for weights
/// of `detach`, and for `strengthen` with what is no number.
///
/// # Errors
/// Everything that is wrong, by pointer inside the weights.
pub fn read_weights(
    given: &Value,
    act: RelationAct,
    settings: &RelationTypeSettings,
) -> Result<Weights, Vec<Invalid>> {
    let Value::Object(members) = given else {
        return Err(vec![Invalid::wrong_type(given, "an object of weights")]);
    };
    if act == RelationAct::Detach && !members.is_empty() {
        let detail = "A relation that ends has no weights.";
        return Err(vec![Invalid::new(Code::NotSupported, detail)]);
    }
    let mut weights = Weights::new();
    let mut wrong = Vec::new();
    for (name, given) in members {
        let read = match settings.property(name) {
            Some(property) => read_weight(given, act, property),
            None => {
                let detail = format!("The relation type has no property {}.", excerpt(name));
                Err(Invalid::new(Code::UnknownProperty, detail))
            }
        };
        match read {
            Ok(value) => {
                weights.insert(name.clone(), value);
            }
            Err(one) => wrong.push(one.at(name)),
        }
    }
    valid(weights, wrong)
}

fn read_weight(given: &Value, act: RelationAct, property: &Property) -> Result<Value, Invalid> {
    match act {
        RelationAct::Strengthen if !property.property_type.is_number() => {
            let detail = "Only numbers can be added to: use edit for this one.";
            Err(Invalid::new(Code::NotSupported, detail))
        }
        RelationAct::Edit if given.is_null() => Ok(Value::Null),
        _ => property.normalise(given),
    }
}

/// What an action makes of a relation.
#[derive(Clone, Debug, PartialEq)]
pub enum RelationChange {
    /// It stays as it is.
    Unchanged,
    /// It has these weights now.
    Put(Weights),
    /// It is gone.
    Gone,
}

impl RelationAct {
    /// What the action makes of a relation with these weights, or of none. `given` are the
    /// weights that [`read_weights`] read.
    ///
    /// Codes: `not_found` for `detach` where there is none; `out_of_range` where a sum
    /// doesn't fit, with its place below `/weights`; `too_large`.
    ///
    /// # Errors
    /// Why it can't be done.
    pub fn apply(
        self,
        before: Option<&Weights>,
        given: &Weights,
        settings: &RelationTypeSettings,
    ) -> Result<RelationChange, Refusal> {
        let defaults = || {
            let all = settings.properties.iter();
            let with = all.filter_map(|one| Some((one.name.clone(), one.default.clone()?)));
            with.collect::<Weights>()
        };
        let mut after = match (self, before) {
            (RelationAct::Detach, None) => {
                return Err(Refusal::not_found("The two are not related."));
            }
            (RelationAct::Detach, Some(_)) => return Ok(RelationChange::Gone),
            (RelationAct::Attach, Some(_)) => return Ok(RelationChange::Unchanged),
            (_, Some(before)) => before.clone(),
            (_, None) => defaults(),
        };
        for (name, given) in given {
            let value = match self {
                RelationAct::Strengthen => {
                    // A property that came later than the relation has its default.
                    let default = || settings.property(name).and_then(|one| one.default.clone());
                    let now = after.get(name).cloned().or_else(default);
                    sum(now.as_ref(), given).map_err(|wrong| wrong.at(name).at("weights"))?
                }
                _ => given.clone(),
            };
            match value {
                Value::Null => after.remove(name),
                value => after.insert(name.clone(), value),
            };
        }
        check_size(&after).map_err(|wrong| wrong.at("weights"))?;
        Ok(if before == Some(&after) {
            RelationChange::Unchanged
        } else {
            RelationChange::Put(after)
        })
    }
}

/// The most bytes that the weights of a relation have as JSON: ten thousand changes of them
/// fit into one statement.
pub(super) const MAX_WEIGHT_BYTES: usize = 1_000;

/// Refuses weights that are too large; code `too_large`.
pub(super) fn check_size(weights: &Weights) -> Result<(), Invalid> {
    let members = weights.iter();
    let bytes: usize = members
        .map(|(name, value)| name.len() + value::json_size(value) + 4)
        .sum();
    if bytes > MAX_WEIGHT_BYTES {
        let detail = format!(
            "{bytes} bytes: the weights of a relation have at most {MAX_WEIGHT_BYTES} as JSON."
        );
        return Err(Invalid::new(Code::TooLarge, detail));
    }
    Ok(())
}

/// The weights of two relations that become one: numbers add up, else `own` counts. What
/// doesn't fit is left as it is in `own`.
pub(crate) fn united_weights(
    own: &Weights,
    other: &Weights,
    settings: &RelationTypeSettings,
) -> Weights {
    let mut united = own.clone();
    for (name, more) in other {
        let is_number = settings
            .property(name)
            .is_some_and(|one| one.property_type.is_number());
        let value = match own.get(name) {
            None => more.clone(),
            Some(now) if is_number => sum(Some(now), more).unwrap_or_else(|_| now.clone()),
            Some(now) => now.clone(),
        };
        let before = united.insert(name.clone(), value);
        if check_size(&united).is_err() {
            match before {
                Some(before) => united.insert(name.clone(), before),
                None => united.remove(name),
            };
        }
    }
    united
}

/// The weights of a relation without what a change made of them, from `before` to `after`;
/// none where there is no relation then. Of numbers that somebody has changed since, what the
/// change added is taken away. Says whether something stays that differs.
pub(crate) fn weights_without(
    now: Option<&Weights>,
    before: Option<&Weights>,
    after: Option<&Weights>,
    settings: &RelationTypeSettings,
) -> (Option<Weights>, bool) {
    if now == after {
        return (before.cloned(), false);
    }
    let (Some(now), Some(after)) = (now, after) else {
        return (now.cloned(), now != before);
    };
    let mut weights = now.clone();
    let mut differs = false;
    for property in &settings.properties {
        let name = &property.name;
        let was = before.and_then(|before| before.get(name));
        let (made, is) = (after.get(name), now.get(name));
        if was == made || is == was {
            continue;
        }
        let value = match (is == made, property.property_type.is_number()) {
            (true, _) => Ok(was.cloned()),
            (false, true) => without(is, was, made),
            (false, false) => Err(()),
        };
        match value {
            Ok(Some(value)) => {
                weights.insert(name.clone(), value);
            }
            Ok(None) => {
                weights.remove(name);
            }
            Err(()) => differs = true,
        }
    }
    (Some(weights), differs)
}

/// A number without what made it `made` from `was`.
fn without(
    is: Option<&Value>,
    was: Option<&Value>,
    made: Option<&Value>,
) -> Result<Option<Value>, ()> {
    let zero = Value::from(0);
    let (is, was, made) = (is.ok_or(())?, was.unwrap_or(&zero), made.unwrap_or(&zero));
    match (is.as_i64(), was.as_i64(), made.as_i64()) {
        (Some(is), Some(was), Some(made)) => {
            let rest = made.checked_sub(was).and_then(|more| is.checked_sub(more));
            rest.map(|rest| Some(Value::from(rest))).ok_or(())
        }
        _ => {
            let numbers = is.as_f64().zip(was.as_f64()).zip(made.as_f64());
            let rest = numbers.map(|((is, was), made)| is - (made - was));
            let rest = rest.and_then(|rest| value::float(&Value::from(rest)).ok());
            rest.map(Some).ok_or(())
        }
    }
}

/// A number and what is added to it: whole numbers exactly.
fn sum(now: Option<&Value>, more: &Value) -> Result<Value, Invalid> {
    let Some(now) = now else {
        return Ok(more.clone());
    };
    let out_of_range = || {
        let (now, more) = (excerpt_json(now), excerpt_json(more));
        let detail = format!("{now} and {more} together don't fit.");
        Invalid::new(Code::OutOfRange, detail)
    };
    match (now.as_i64(), more.as_i64()) {
        (Some(now), Some(more)) => {
            let sum = now.checked_add(more);
            sum.map(Value::from).ok_or_else(out_of_range)
        }
        _ => {
            let numbers = now.as_f64().zip(more.as_f64());
            let sum = numbers.map(|(now, more)| now + more);
            let sum = sum.filter(|sum| sum.is_finite()).ok_or_else(out_of_range)?;
            value::float(&Value::from(sum)).map_err(|_| out_of_range())
        }
    }
}
