//! Global control groups: a share of a database's profiles that gets no messages, so that
//! the others' purchases can be compared with theirs.
//!
//! Who is in follows from a lot ([`lot`]), drawn with a key of the group when a profile is
//! made, and for those who are there by a job. What is stored is who is in which **set**: a
//! change of the rule makes another set beside the one in force, which takes its place when
//! it is whole. People put in or taken out by hand stay so in every set.

mod draw;
mod hand;
mod lot;
mod report;
mod rotation;

pub use draw::{Candidate, ControlGroup, ControlSet, Draw, Entrance, Rule};
pub use hand::{ControlAct, ControlState};
pub use lot::{ControlSecret, LotContact, PARTS, lot};
pub use report::{Figures, Interval, Uplift, newcombe, smallest_uplift, wilson};
pub use rotation::Rotation;

use crate::Code;
use crate::channel::Channel;
use crate::define::settings;
use crate::error::Invalid;
use crate::id::ResourceId;
use crate::read::Members;
use crate::readers::{distinct, each, flag, text_of};
use crate::resource::MAX_PARTS;
use crate::schemas::{ControlResourcesForm, RotationForm};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Value, json};

/// How much of a percent one step is: they have two decimals.
const HUNDREDTHS: f64 = 100.0;
/// The least and the greatest share, in hundredths of a percent.
const SHARES: std::ops::RangeInclusive<f64> = 1.0..=5000.0;

settings! {
    /// What people choose for the control group of a database.
    #[schema(example = json!({
        "percent": 5, "exclude": {"field": "_city", "eq": "Paris"},
        "resources": {"exempt": ["1"]}, "channels": ["email"],
        "rotation": {"every_months": 3, "day": 1}
    }))]
    pub struct ControlGroupSettings {
        /// Whether there is one at the moment. When it is switched off, everybody leaves at
        /// once; switched on again, the same lots count.
        #[schema(example = true)]
        pub enabled: bool = never_null(true, flag),
        /// How many percent of the profiles are in: 0.01 to 50, two decimals at most.
        #[schema(value_type = f64, minimum = 0.01, maximum = 50, example = 5)]
        pub percent: Percent = needed(Percent::parse),
        /// Who is never drawn: a condition (docs/CONDITIONS.md), asked when somebody is
        /// drawn and not again. It can't ask for `deliverable`, `suppressed` or
        /// `control_group`.
        #[schema(schema_with = crate::schemas::some_condition)]
        pub exclude: Option<Value> = optional(None, excluded),
        /// Which resources' messages are held back: `all`, or all but some:
        /// `{"exempt": [ids]}`.
        #[schema(value_type = ControlResourcesForm, example = json!({"exempt": ["1"]}))]
        pub resources: ControlResources = optional(ControlResources::default(), ControlResources::parse),
        /// By which channels messages are held back; by all if absent.
        #[schema(value_type = Vec<String>, example = json!(["email"]))]
        pub channels: Vec<Channel> = optional(Channel::ALL.to_vec(), channels),
        /// When everybody is drawn again: `never`, or every so many months on a day:
        /// `{"every_months": 1 to 24, "day": 1 to 28}`, at midnight of the database.
        #[schema(value_type = RotationForm, example = json!({"every_months": 3, "day": 1}))]
        pub rotation: Rotation = optional(Rotation::Never, Rotation::parse),
    }
}

impl ControlGroupSettings {
    /// By what people are drawn.
    pub fn rule(&self) -> StoredRule {
        StoredRule {
            percent: self.percent,
            exclude: self.exclude.clone(),
        }
    }

    /// Whether messages of a resource by a channel are held back from those who are in.
    pub fn holds_back(&self, resource: ResourceId, channel: Channel) -> bool {
        !self.resources.exempt.contains(&resource) && self.channels.contains(&channel)
    }
}

/// By what the people of a set are drawn, as it is stored with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredRule {
    /// The share.
    pub percent: Percent,
    /// Who is never drawn.
    pub exclude: Option<Value>,
}

/// A share in percent, in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(u32);

impl Percent {
    /// Reads a number from 0.01 to 50 with at most two decimals. Codes: `wrong_type`,
    /// `out_of_range`.
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let Some(number) = value.as_f64() else {
            return Err(Invalid::wrong_type(value, "a number"));
        };
        let hundredths = number * HUNDREDTHS;
        let whole = hundredths.round();
        if !SHARES.contains(&whole) || (hundredths - whole).abs() > 1e-6 {
            let detail = format!(
                "{value} is no share of a control group: it is a number of percent from 0.01 to 50 with at most two decimals."
            );
            return Err(Invalid::new(Code::OutOfRange, detail));
        }
        Ok(Percent(whole as u32))
    }

    /// The first lot that isn't in.
    pub fn threshold(self) -> u32 {
        self.0 * (PARTS / 10_000)
    }
}

impl Serialize for Percent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 % 100 {
            0 => serializer.serialize_u32(self.0 / 100),
            _ => serializer.serialize_f64(f64::from(self.0) / HUNDREDTHS),
        }
    }
}

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Percent::parse(&value).map_err(|invalid| de::Error::custom(invalid.detail))
    }
}

/// The resources whose messages are held back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ControlResources {
    /// All but these.
    pub exempt: Vec<ResourceId>,
}

impl ControlResources {
    /// Reads `"all"` or `{"exempt": [ids]}`. Codes: `wrong_type`, `not_an_option`,
    /// `unknown_field`, `required`, `too_many`, `invalid_id`.
    fn parse(value: &Value) -> Result<Self, Vec<Invalid>> {
        match value {
            Value::String(word) if word == "all" => Ok(ControlResources::default()),
            Value::Object(_) => {
                let mut members = Members::of(value)?;
                let exempt = members.required("exempt", ids);
                members.finish()?;
                Ok(ControlResources {
                    exempt: exempt.unwrap_or_default(),
                })
            }
            _ => {
                let detail = "This is all, or {\"exempt\": [ids of resources]}.";
                Err(vec![Invalid::new(Code::NotAnOption, detail)])
            }
        }
    }
}

impl Serialize for ControlResources {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.exempt.as_slice() {
            [] => serializer.serialize_str("all"),
            exempt => json!({ "exempt": exempt }).serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for ControlResources {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        ControlResources::parse(&value).map_err(|wrong| de::Error::custom(format!("{wrong:?}")))
    }
}

fn ids(value: &Value) -> Result<Vec<ResourceId>, Vec<Invalid>> {
    let items = few(value, "an array of resources' ids")?;
    each(items, ResourceId::from_json).map(distinct)
}

/// Distinct channels, at least one. Codes: `wrong_type`, `empty`, `too_many`,
/// `invalid_channel`.
fn channels(value: &Value) -> Result<Vec<Channel>, Vec<Invalid>> {
    let items = few(value, "an array of channels")?;
    if items.is_empty() {
        let detail = "By no channel at all nothing is held back: name one at least, or leave this out for all.";
        return Err(vec![Invalid::new(Code::Empty, detail)]);
    }
    each(items, |item| text_of(item)?.parse::<Channel>()).map(distinct)
}

fn few<'a>(value: &'a Value, what: &str) -> Result<&'a [Value], Vec<Invalid>> {
    match value {
        Value::Array(items) if items.len() <= MAX_PARTS => Ok(items),
        Value::Array(items) => {
            let detail = format!("{} items: at most {MAX_PARTS} fit.", items.len());
            Err(vec![Invalid::new(Code::TooMany, detail)])
        }
        _ => Err(vec![Invalid::wrong_type(value, what)]),
    }
}

/// An object that asks something. It is read as a condition where the database is known.
fn excluded(value: &Value) -> Result<Option<Value>, Invalid> {
    match value {
        Value::Object(members) if members.is_empty() => {
            let detail =
                "{} holds for everybody: nobody could be drawn. Leave this out to exclude nobody.";
            Err(Invalid::new(Code::Empty, detail))
        }
        Value::Object(_) => Ok(Some(value.clone())),
        _ => Err(Invalid::wrong_type(
            value,
            "a condition, which is an object",
        )),
    }
}

#[cfg(test)]
mod tests;
