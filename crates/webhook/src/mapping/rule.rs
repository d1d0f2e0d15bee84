//! One value of a write: where it comes from and what is done to it.

use super::place::{Delivery, MAX_ALTERNATIVES, Place, one_or_more, text_of};
use super::transform::Transform;
use roster_model::Code;
use roster_model::error::{Invalid, excerpt_json};
use roster_model::import::Century;
use roster_model::read::{Members, any};
use roster_model::value::{MAX_OBJECT_BYTES, json_size};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// The most entries of a lookup table.
const MAX_LOOKUP: usize = 500;
/// The longest text between joined values, in characters.
const MAX_WITH: usize = 32;
const ACTIONS: [&str; 5] = ["set", "incr", "add", "delete", "upsert"];

/// How one value is made.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rule {
    source: Source,
    transforms: Vec<Transform>,
    lookup: Option<Map<String, Value>>,
    default: Option<Value>,
    /// A value that is there but `null` or empty clears.
    clears: bool,
    /// Whether a value that can't be turned counts as missing; as the mapping has
    /// it where the rule doesn't say.
    lenient: Option<bool>,
    /// Makes a functional update of the value.
    action: Option<Action>,
}

#[derive(Clone, Debug, PartialEq)]
enum Source {
    /// The first place where something is.
    First(Vec<Place>),
    /// All that is there, with a text between.
    Join(Vec<Place>, String),
    Constant(Value),
}

#[derive(Clone, Debug, PartialEq)]
struct Action {
    name: String,
    submatch: Option<String>,
}

/// What may be made of a rule's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// A value that stays or is changed: may be a functional update, or `null`.
    Data,
    /// A mere value.
    Plain,
}

/// What is left out of a delivery while its values are taken.
#[derive(Debug, Default)]
pub(super) struct Extraction {
    /// Whether what can't be read is left out, where a rule doesn't say.
    pub lenient: bool,
    /// A complaint for each value that is left out.
    pub told: Vec<Invalid>,
}

impl Extraction {
    /// Puts a step before the places of what was told since there were `from`
    /// complaints.
    pub fn place(&mut self, from: usize, place: impl Fn(Invalid) -> Invalid) {
        for one in self.told.iter_mut().skip(from) {
            let bare = Invalid::new(one.code, std::mem::take(&mut one.detail));
            let pointer = std::mem::take(&mut one.pointer);
            *one = place(Invalid { pointer, ..bare });
        }
    }
}

impl Rule {
    /// Reads a JSON pointer, or an object with one of `from` (with `find` and
    /// `then`), `header`, `join` (with `with`) and `value`, and with
    /// `transform`, `lookup`, `default`, `null`, `invalid`, `action` and
    /// `submatch`.
    pub fn parse(value: &Value, used: Use) -> Result<Self, Vec<Invalid>> {
        if !value.is_object() {
            return Ok(Rule::of(Source::First(vec![Place::parse(value)?])));
        }
        let mut members = Members::of(value)?;
        let source = source(value, &mut members);
        let transforms = members.optional("transform", |v| {
            one_or_more(v, |v| Transform::parse(v).map_err(|wrong| vec![wrong]))
        });
        let lookup = members.optional("lookup", table);
        let default = members.optional("default", any).cloned();
        let clears = members.optional("null", |v| word(v, &["clear", "skip"]));
        let lenient = members.optional("invalid", |v| word(v, &["skip", "refuse"]));
        let action = members.optional("action", |v| word(v, &ACTIONS));
        let submatch = members.take("submatch", |v| {
            v.as_str()
                .map(str::to_owned)
                .ok_or_else(|| Invalid::new(Code::WrongType, "A path is a string, such as a.b."))
        });
        let submatch = submatch.flatten();
        let constant = matches!(source, Some(Source::Constant(_)));
        for name in ["transform", "lookup", "default", "null", "invalid"] {
            if constant && value.get(name).is_some() {
                let detail = format!("A constant has no {name}.");
                members.refuse(name, Invalid::new(Code::NotSupported, detail));
            }
        }
        for name in ["action", "submatch", "null"] {
            if used == Use::Plain && value.get(name).is_some() {
                let detail = "Only values of fields and categories are changed or cleared.";
                members.refuse(name, Invalid::new(Code::NotSupported, detail));
            }
        }
        if submatch.is_some() && action != Some("upsert") {
            let detail = "Only the action upsert has a submatch.";
            members.refuse("submatch", Invalid::new(Code::NotSupported, detail));
        }
        members.finish()?;
        let mut rule = Rule::of(source.unwrap_or(Source::Constant(Value::Null)));
        rule.transforms = transforms.unwrap_or_default();
        rule.lookup = lookup;
        rule.default = default;
        rule.clears = clears == Some("clear");
        rule.lenient = lenient.map(|word| word == "skip");
        rule.action = action.map(|name| Action {
            name: name.to_owned(),
            submatch,
        });
        Ok(rule)
    }

    fn of(source: Source) -> Self {
        Rule {
            source,
            transforms: Vec::new(),
            lookup: None,
            default: None,
            clears: false,
            lenient: None,
            action: None,
        }
    }

    /// The value as a write takes it; none if there is nothing to say. What can't
    /// be read is told in `taking` and counts as missing, or is an error. `past` says
    /// that its dates lie in the past. Codes: those of [`Transform::apply`], and
    /// `too_long`.
    pub fn value(
        &self,
        delivery: Delivery,
        used: Use,
        past: bool,
        taking: &mut Extraction,
    ) -> Result<Option<Value>, Invalid> {
        let made = match self.made(delivery, delivery.century(past)) {
            Err(invalid) if self.lenient.unwrap_or(taking.lenient) => {
                taking.told.push(invalid);
                self.default.clone()
            }
            made => made?,
        };
        let made = match made {
            Some(Value::Null) if used == Use::Plain => None,
            made => made,
        };
        Ok(made.map(|value| match used {
            Use::Data => self.update(value),
            Use::Plain => value,
        }))
    }

    fn made(&self, delivery: Delivery, century: Century) -> Result<Option<Value>, Invalid> {
        let (found, there) = match &self.source {
            Source::Constant(value) => return Ok(Some(value.clone())),
            Source::First(places) => first(places, delivery)?,
            Source::Join(places, with) => join(places, with, delivery)?,
        };
        let turned = found.map(|found| self.turned(found, century)).transpose()?;
        let turned = turned.filter(|value| !is_empty(value));
        let looked_up = match (&self.lookup, turned) {
            (Some(table), Some(value)) => looked_up(table, value),
            (_, turned) => turned,
        };
        let cleared = (self.clears && there).then_some(Value::Null);
        Ok(looked_up.or_else(|| self.default.clone()).or(cleared))
    }

    fn turned(&self, found: Value, century: Century) -> Result<Value, Invalid> {
        let mut value = found;
        for transform in &self.transforms {
            value = transform.apply(value, century)?;
        }
        Ok(value)
    }

    /// A functional update, if one is wanted. What a sender wrote is never one
    /// by itself.
    fn update(&self, value: Value) -> Value {
        match &self.action {
            _ if value.is_null() => value,
            Some(Action { name, submatch }) => match submatch {
                Some(path) => json!({"action": name, "value": value, "submatch": path}),
                None => json!({"action": name, "value": value}),
            },
            None if matches!(self.source, Source::Constant(_)) => value,
            None => data(value),
        }
    }
}

/// A value that a sender wrote, as the data of a write: an object that would
/// be a functional update is a value all the same.
pub(super) fn data(value: Value) -> Value {
    match &value {
        Value::Object(members) if members.contains_key("action") => {
            json!({"action": "set", "value": value})
        }
        _ => value,
    }
}

/// A copy, unless it is larger than any field takes: it could be copied once
/// for each rule.
pub(super) fn copied(value: &Value) -> Result<Value, Invalid> {
    if json_size(value) > MAX_OBJECT_BYTES {
        let detail = format!("This is larger than {MAX_OBJECT_BYTES} bytes of JSON.");
        return Err(Invalid::new(Code::TooLong, detail));
    }
    Ok(value.clone())
}

/// Whether it says nothing.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

/// The first value that says something; and whether there was any.
fn first(places: &[Place], delivery: Delivery) -> Result<(Option<Value>, bool), Invalid> {
    let mut there = false;
    for place in places {
        if let Some(found) = place.look(delivery) {
            there = true;
            if !is_empty(&found) {
                return Ok((Some(copied(&found)?), true));
            }
        }
    }
    Ok((None, there))
}

fn join(
    places: &[Place],
    with: &str,
    delivery: Delivery,
) -> Result<(Option<Value>, bool), Invalid> {
    let found: Vec<Cow<Value>> = places.iter().filter_map(|p| p.look(delivery)).collect();
    let mut texts = Vec::new();
    for value in &found {
        if let Some(text) = text_of(value) {
            let text = text.trim();
            if text.len() > MAX_OBJECT_BYTES {
                copied(value)?;
            }
            texts.extend((!text.is_empty()).then(|| text.to_owned()));
        } else if !value.is_null() {
            let detail = format!("Only texts can be joined, not {}.", excerpt_json(value));
            return Err(Invalid::new(Code::WrongType, detail));
        }
    }
    let joined = (!texts.is_empty()).then(|| Value::from(texts.join(with)));
    Ok((joined, !found.is_empty()))
}

fn looked_up(table: &Map<String, Value>, value: Value) -> Option<Value> {
    let one = |value: &Value| table.get(&*text_of(value)?).cloned();
    match &value {
        Value::Array(items) => {
            let found: Vec<Value> = items.iter().filter_map(one).collect();
            (!found.is_empty()).then_some(Value::Array(found))
        }
        scalar => one(scalar),
    }
}

fn source(value: &Value, members: &mut Members) -> Option<Source> {
    let constant = members.take("value", |v| any(v).cloned().map(Source::Constant));
    // A constant that is null is one all the same.
    let constant = constant.map(|given| given.unwrap_or(Source::Constant(Value::Null)));
    let joined = members.optional("join", |v| match v {
        Value::Array(_) => one_or_more(v, Place::parse),
        _ => {
            let detail = format!("This must be an array of 1 to {MAX_ALTERNATIVES} places.");
            Err(vec![Invalid::new(Code::WrongType, detail)])
        }
    });
    let with = members.take("with", |v| match v.as_str() {
        Some(text) if text.chars().count() <= MAX_WITH => Ok(text.to_owned()),
        _ => {
            let detail = format!("This must be a string of at most {MAX_WITH} characters.");
            Err(Invalid::new(Code::WrongType, detail))
        }
    });
    let names = ["find", "then"];
    let finds = names.iter().any(|name| value.get(name).is_some());
    let places = if finds || value.get("header").is_some() {
        // A place of its own, written without one more pair of braces.
        let own = ["from", "header", "find", "then"];
        let own = own
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), value.get(name)?.clone())));
        let place = Place::parse(&Value::Object(own.collect()));
        for name in ["from", "header", "find", "then"] {
            members.take(name, any);
        }
        match place {
            Ok(place) => Some(vec![place]),
            Err(wrong) => {
                members.refuse_all(wrong);
                return None;
            }
        }
    } else {
        members.optional("from", |v| one_or_more(v, Place::parse))
    };
    let sound = members.is_sound();
    let given = ["value", "join", "from", "header"];
    let given = given
        .iter()
        .filter(|name| value.get(name).is_some())
        .count();
    let source = match (constant, joined, places) {
        (Some(constant), None, None) => Some(constant),
        (None, Some(places), None) => Some(Source::Join(
            places,
            with.clone().flatten().unwrap_or_else(|| " ".to_owned()),
        )),
        (None, None, Some(places)) => Some(Source::First(places)),
        _ => None,
    };
    let stray = with.is_some() && !matches!(source, Some(Source::Join(..)));
    if sound && (source.is_none() || given != 1 || stray) {
        members.refuse_all(vec![Invalid::new(
            Code::InvalidRule,
            "A rule is a JSON pointer, or has one of from, header, join (with with) and value.",
        )]);
    }
    source
}

fn table(value: &Value) -> Result<Map<String, Value>, Invalid> {
    match value {
        Value::Object(table) if (1..=MAX_LOOKUP).contains(&table.len()) => Ok(table.clone()),
        _ => Err(Invalid::new(
            Code::InvalidLookup,
            format!("A lookup is an object of 1 to {MAX_LOOKUP} texts and what they become."),
        )),
    }
}

fn word<'a>(value: &'a Value, words: &[&str]) -> Result<&'a str, Invalid> {
    match value {
        Value::String(word) if words.contains(&&**word) => Ok(word),
        _ => {
            let detail = format!(
                "{} is not one of {}.",
                excerpt_json(value),
                words.join(", ")
            );
            Err(Invalid::new(Code::InvalidOption, detail))
        }
    }
}
