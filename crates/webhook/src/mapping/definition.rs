//! Reading what people define.

use super::condition::Condition;
use super::place::Pointer;
use super::rule::{Rule, Use};
use super::subscription::Subscription;
use super::{AllMembers, MAX_BYTES, MAX_RULES, MAX_SUBSCRIPTIONS, Mapping};
use roster_model::Code;
use roster_model::error::{Invalid, excerpt, valid};
use roster_model::read::Members;
use roster_model::readers::{each, text_of};
use roster_model::value::json_size;
use roster_model::write::{MAX_LISTED, Mode};
use roster_model::{Matching, ResourceId};
use serde_json::{Map, Value};

/// The longest name of a field, in bytes.
const MAX_NAME: usize = 65;
/// The member that stands for all members.
const ALL: &str = "*";
/// The match values of a request that a delivery can bring.
const MATCH_VALUES: [&str; 6] = [
    "email",
    "phone",
    "profile_id",
    "field_value",
    "provider",
    "subscription_id",
];

impl Mapping {
    /// Reads a definition: `mode`, `matching`, `field_name`, `resource_id`,
    /// `invalid` and `line_breaks` (without them `skip` and `space`), `skip_invalid_subscriptions`, `add_to_segments` and
    /// `remove_from_segments` as in a write; `matched_by`, an object of rules
    /// for match values beside the data; `condition`; `id` and `at`, rules;
    /// `fields`, an object of rules or `"*"`; `subscriptions`, an array.
    ///
    /// Codes: `wrong_type`, `required`, `unknown_field`, `reserved_name`,
    /// `invalid_name`, `invalid_mode`, `invalid_matching`, `invalid_id`,
    /// `invalid_pointer`, `invalid_place`, `invalid_rule`, `invalid_condition`,
    /// `invalid_transform`, `invalid_date_format`, `invalid_lookup`,
    /// `invalid_option`, `invalid_header`, `not_supported`, `too_many`,
    /// `too_deep`, `too_long`, and those of channels.
    pub fn parse(definition: &Value) -> Result<Mapping, Vec<Invalid>> {
        if json_size(definition) > MAX_BYTES {
            let detail = format!("A mapping has at most {MAX_BYTES} bytes.");
            return Err(vec![Invalid::new(Code::TooLong, detail)]);
        }
        let mut members = Members::of(definition)?;
        let request = request(&mut members);
        let lenient = request.get("invalid").and_then(Value::as_str) != Some("refuse");
        let matched_by = members.optional("matched_by", matched_by);
        let condition = members.optional("condition", Condition::parse);
        let id = members.optional("id", |v| Rule::parse(v, Use::Plain));
        let at = members.take("at", |v| Rule::parse(v, Use::Plain));
        let fields = members.optional("fields", fields);
        let subscriptions = members.optional("subscriptions", subscriptions);
        let (all, fields) = fields.unwrap_or_default();
        let mapping = Mapping {
            request,
            lenient,
            matched_by: matched_by.unwrap_or_default(),
            condition,
            id,
            at: at.flatten(),
            all,
            fields,
            subscriptions: subscriptions.unwrap_or_default(),
        };
        if members.is_sound() {
            if mapping.all.is_none()
                && mapping.fields.is_empty()
                && mapping.subscriptions.is_empty()
            {
                let detail = "A mapping needs fields or subscriptions: it would write nothing.";
                members.refuse("fields", Invalid::new(Code::Required, detail));
            }
            let of_subscriptions = mapping.subscriptions.iter().map(Subscription::rules);
            let rules =
                mapping.fields.len() + mapping.matched_by.len() + of_subscriptions.sum::<usize>();
            if rules > MAX_RULES {
                let detail = format!("A mapping has at most {MAX_RULES} rules, not {rules}.");
                members.refuse_all(vec![Invalid::new(Code::TooMany, detail)]);
            }
        }
        members.finish()?;
        Ok(mapping)
    }
}

/// What is the same in all requests, as it was given.
fn request(members: &mut Members) -> Map<String, Value> {
    let mut request = Map::new();
    let mut keep = |name: &'static str, read: &dyn Fn(&Value) -> Result<(), Invalid>| {
        let given = members.take(name, |v| read(v).map(|()| v.clone()));
        if let Some(Some(given)) = given {
            request.insert(name.to_owned(), given);
        }
    };
    keep("mode", &|v| text_of(v)?.parse::<Mode>().map(drop));
    keep("matching", &|v| text_of(v)?.parse::<Matching>().map(drop));
    keep("field_name", &|v| text_of(v).map(drop));
    keep("resource_id", &|v| ResourceId::from_json(v).map(drop));
    for (name, words) in [
        ("invalid", ["skip", "refuse"]),
        ("line_breaks", ["space", "refuse"]),
    ] {
        keep(name, &|v| match v.as_str() {
            Some(word) if words.contains(&word) => Ok(()),
            _ => {
                let detail = format!("This must be one of {}.", words.join(", "));
                Err(Invalid::new(Code::InvalidOption, detail))
            }
        });
    }
    keep("skip_invalid_subscriptions", &|v| match v {
        Value::Bool(_) => Ok(()),
        _ => Err(Invalid::wrong_type(v, "true or false")),
    });
    for name in ["add_to_segments", "remove_from_segments"] {
        keep(name, &|v| match v {
            Value::Array(ids) if ids.len() <= MAX_LISTED => Ok(()),
            Value::Array(_) => {
                let detail = format!("At most {MAX_LISTED} segments can be named.");
                Err(Invalid::new(Code::TooMany, detail))
            }
            _ => Err(Invalid::wrong_type(v, "an array of ids")),
        });
    }
    // Nobody is lost for one value: that is what a sender can't be asked to mend.
    for (name, word) in [("invalid", "skip"), ("line_breaks", "space")] {
        request.entry(name).or_insert_with(|| Value::from(word));
    }
    request
}

fn matched_by(value: &Value) -> Result<Vec<(&'static str, Rule)>, Vec<Invalid>> {
    let mut members = Members::of(value)?;
    let mut rules = Vec::new();
    for name in MATCH_VALUES {
        let rule = members.take(name, |v| Rule::parse(v, Use::Plain));
        rules.extend(rule.flatten().map(|rule| (name, rule)));
    }
    members.finish()?;
    Ok(rules)
}

type Fields = (Option<AllMembers>, Vec<(String, Rule)>);

/// Reads `"*"`, or rules by field, of which `"*"` may be one.
fn fields(value: &Value) -> Result<Fields, Vec<Invalid>> {
    let mut given = match value {
        Value::Object(given) => given.clone(),
        Value::String(all) if all == ALL => {
            return Ok((
                Some(AllMembers {
                    from: Pointer::root(),
                    except: Vec::new(),
                }),
                Vec::new(),
            ));
        }
        _ => {
            return Err(vec![Invalid::wrong_type(
                value,
                "an object of rules, or \"*\"",
            )]);
        }
    };
    let all = given.remove(ALL).filter(|all| !all.is_null());
    let all = all.map(|all| all_members(&all)).transpose();
    let all = all.map_err(|wrong| wrong.into_iter().map(|w| w.at(ALL)).collect::<Vec<_>>());
    let rules = rules(&Value::Object(given));
    match (all, rules) {
        (Ok(all), Ok(rules)) => Ok((all, rules)),
        (all, rules) => {
            let mut wrong = all.err().unwrap_or_default();
            wrong.extend(rules.err().unwrap_or_default());
            Err(wrong)
        }
    }
}

/// Reads a pointer, or `{"from": POINTER, "except": [NAME]}`.
fn all_members(value: &Value) -> Result<AllMembers, Vec<Invalid>> {
    if !value.is_object() {
        return Ok(AllMembers {
            from: Pointer::parse(value)?,
            except: Vec::new(),
        });
    }
    let mut members = Members::of(value)?;
    let from = members.optional("from", Pointer::parse);
    let except = members.optional("except", |v| {
        let names = v.as_array().filter(|names| names.len() <= MAX_RULES);
        let names = names.map(|names| names.iter().map(|name| text_of(name).map(str::to_owned)));
        match names {
            Some(names) => names.collect::<Result<Vec<_>, _>>(),
            None => Err(Invalid::wrong_type(v, "an array of at most 200 names")),
        }
    });
    members.finish()?;
    Ok(AllMembers {
        from: from.unwrap_or_else(Pointer::root),
        except: except.unwrap_or_default(),
    })
}

/// Reads an object of rules for fields; a rule that is `null` is none.
pub(super) fn rules(value: &Value) -> Result<Vec<(String, Rule)>, Vec<Invalid>> {
    let Value::Object(members) = value else {
        return Err(vec![Invalid::wrong_type(value, "an object of rules")]);
    };
    let mut rules = Vec::new();
    let mut wrong = Vec::new();
    for (name, rule) in members.iter().filter(|(_, rule)| !rule.is_null()) {
        if let Err(invalid) = field_name(name) {
            wrong.push(invalid.at(name));
            continue;
        }
        match Rule::parse(rule, Use::Data) {
            Ok(rule) => rules.push((name.clone(), rule)),
            Err(more) => wrong.extend(more.into_iter().map(|w| w.at(name))),
        }
    }
    valid(rules, wrong)
}

fn field_name(name: &str) -> Result<(), Invalid> {
    if name == "subscriptions" {
        let detail = "Subscriptions are no field: they stand beside fields.";
        return Err(Invalid::new(Code::ReservedName, detail));
    }
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    if name.is_empty() || name.len() > MAX_NAME || !name.bytes().all(plain) {
        let detail = format!(
            "{} is no field's name: one has letters, digits and underscores.",
            excerpt(name)
        );
        return Err(Invalid::new(Code::InvalidName, detail));
    }
    Ok(())
}

fn subscriptions(value: &Value) -> Result<Vec<Subscription>, Vec<Invalid>> {
    let Value::Array(items) = value else {
        return Err(vec![Invalid::wrong_type(value, "an array")]);
    };
    if items.len() > MAX_SUBSCRIPTIONS {
        let detail = format!("A mapping has at most {MAX_SUBSCRIPTIONS} subscriptions.");
        return Err(vec![Invalid::new(Code::TooMany, detail)]);
    }
    each(items, Subscription::parse)
}
