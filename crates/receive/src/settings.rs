//! What people choose for a webhook.

use roster_model::Code;
use roster_model::DatabaseId;
use roster_model::error::{Invalid, excerpt};
use roster_model::merge_patch;
use roster_model::read::{Members, any};
use roster_model::readers::{each, flag, name_text, text_of};
use roster_webhook::presets::{self, Preset};
use roster_webhook::{Mapping, Scheme, Secret};
use serde_json::{Value, json};

use crate::secrets;

/// What people choose, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct HookSettings {
    /// 1 to 200 characters; unique in the database, which the store checks.
    pub name: String,
    /// Whether deliveries are taken.
    pub enabled: bool,
    /// How a sender proves that it is genuine.
    pub scheme: Scheme,
    /// The same as it was defined, without secrets.
    pub verification: Value,
    /// The preset that the mapping began as.
    pub preset: Option<&'static str>,
    /// What becomes of a delivery.
    pub mapping: Mapping,
    /// The same as it was defined, whole.
    pub mapping_definition: Value,
}

/// A webhook that is to be made.
#[derive(Debug)]
pub struct NewHook {
    /// What was chosen.
    pub settings: HookSettings,
    /// The database that it is to write to.
    pub database: DatabaseId,
    /// The secrets that were given with it.
    pub secrets: Vec<Secret>,
}

/// How a sender proves that it is genuine, as it was sent.
struct Verification {
    scheme: Scheme,
    definition: Value,
    /// None where no secret was given.
    secrets: Option<Vec<Secret>>,
}

impl HookSettings {
    /// Reads `{name, database_id, enabled, preset, mapping, verification}`. The
    /// mapping is the preset's, changed as `mapping` says (RFC 7396); one of
    /// both must be there. Without `verification` it is what the preset's sender
    /// does.
    ///
    /// Codes: `wrong_type`, `required`, `empty`, `unknown_field`,
    /// `invalid_preset`, `invalid_secret`, `too_many`, `not_supported`, and those
    /// of [`Scheme::parse`], [`Mapping::parse`] and ids.
    pub fn create(body: &Value) -> Result<NewHook, Vec<Invalid>> {
        let mut members = Members::of(body)?;
        let name = members.required("name", name_text);
        let database = members.required("database_id", DatabaseId::from_json);
        let enabled = members.optional("enabled", flag);
        let preset = members.optional("preset", preset);
        let changes = members.optional("mapping", any);
        let given = members.take("verification", verification);
        let mapping = match (preset, changes) {
            (None, None) => {
                if !body.get("preset").is_some_and(Value::is_string) {
                    let detail = "A webhook needs a mapping, or the name of a preset.";
                    members.refuse("mapping", Invalid::new(Code::Required, detail));
                }
                None
            }
            (preset, changes) => {
                let base = preset.map_or(Value::Null, Preset::definition);
                parsed(&mut members, base, changes)
            }
        };
        let given = match (given, preset) {
            // It was wrong, which is noted.
            (None, _) if body.get("verification").is_some_and(|v| !v.is_null()) => None,
            (Some(Some(given)), _) => Some(given),
            (_, Some(preset)) => {
                let definition = json!({ "scheme": preset.scheme });
                Scheme::parse(&definition).ok().map(|scheme| Verification {
                    scheme,
                    definition,
                    secrets: None,
                })
            }
            (_, None) => {
                let detail = "Say how deliveries are verified; {\"scheme\": \"none\"} takes all.";
                members.refuse("verification", Invalid::new(Code::Required, detail));
                None
            }
        };
        members.finish()?;
        // All of them are there if nothing was wrong.
        let (Some(name), Some(database), Some((mapping, mapping_definition)), Some(given)) =
            (name, database, mapping, given)
        else {
            return Err(vec![Invalid::new(Code::Required, "Something is missing.")]);
        };
        Ok(NewHook {
            settings: HookSettings {
                name,
                enabled: enabled.unwrap_or(true),
                scheme: given.scheme,
                verification: given.definition,
                preset: preset.map(|preset| preset.name),
                mapping,
                mapping_definition,
            },
            database,
            secrets: given.secrets.unwrap_or_default(),
        })
    }

    /// The settings as a JSON merge patch (RFC 7396) changes them, and the
    /// secrets if others were given. `verification` is replaced as a whole; a
    /// `preset` puts its mapping in the place of the one there was.
    ///
    /// Codes as in [`HookSettings::create`]; `database_id` is `read_only`.
    pub fn patch(
        &self,
        body: &Value,
        database: DatabaseId,
    ) -> Result<(Self, Option<Vec<Secret>>), Vec<Invalid>> {
        let mut members = Members::of(body)?;
        let mut settings = self.clone();
        members.fixed("database_id", &json!(database));
        if let Some(name) = members.not_null("name", name_text) {
            settings.name = name;
        }
        if let Some(enabled) = members.take("enabled", flag) {
            settings.enabled = enabled.unwrap_or(true);
        }
        let mut base = self.mapping_definition.clone();
        let given = members.take("preset", preset);
        if let Some(given) = given {
            settings.preset = given.map(|preset| preset.name);
            if let Some(preset) = given {
                base = preset.definition();
            }
        }
        let changes = members.not_null("mapping", any);
        if (changes.is_some() || matches!(given, Some(Some(_))))
            && let Some((mapping, definition)) = parsed(&mut members, base, changes)
        {
            settings.mapping = mapping;
            settings.mapping_definition = definition;
        }
        let given = members.take("verification", verification);
        let mut secrets = None;
        match given {
            Some(Some(given)) => {
                settings.scheme = given.scheme;
                settings.verification = given.definition;
                secrets = given.secrets;
            }
            Some(None) => {
                let detail = "A webhook says how deliveries are verified.";
                members.refuse("verification", Invalid::new(Code::Required, detail));
            }
            None => {}
        }
        members.finish()?;
        Ok((settings, secrets))
    }

    /// What the store keeps beside the name.
    pub fn definition(&self) -> Value {
        json!({
            "enabled": self.enabled,
            "verification": self.verification,
            "preset": self.preset,
            "mapping": self.mapping_definition,
        })
    }

    /// The settings of a webhook that was stored; none if they can't be read.
    pub fn stored(name: &str, definition: &Value) -> Option<Self> {
        let mapping_definition = definition.get("mapping")?;
        let verification = definition.get("verification")?;
        let preset = definition.get("preset").and_then(Value::as_str);
        Some(HookSettings {
            name: name.to_owned(),
            enabled: definition.get("enabled")?.as_bool()?,
            scheme: Scheme::parse(verification).ok()?,
            verification: verification.clone(),
            preset: preset.and_then(presets::named).map(|preset| preset.name),
            mapping: Mapping::parse(mapping_definition).ok()?,
            mapping_definition: mapping_definition.clone(),
        })
    }
}

/// A mapping after changes; what is wrong is noted.
fn parsed(
    members: &mut Members,
    mut definition: Value,
    changes: Option<&Value>,
) -> Option<(Mapping, Value)> {
    if let Some(changes) = changes {
        merge_patch(&mut definition, changes);
    }
    match Mapping::parse(&definition) {
        Ok(mapping) => Some((mapping, definition)),
        Err(wrong) => {
            members.refuse_all(wrong.into_iter().map(|one| one.at("mapping")).collect());
            None
        }
    }
}

fn preset(value: &Value) -> Result<&'static Preset, Invalid> {
    let name = text_of(value)?;
    presets::named(name).ok_or_else(|| {
        let all: Vec<&str> = presets::ALL.iter().map(|preset| preset.name).collect();
        let detail = format!(
            "There is no preset {}; there are {}.",
            excerpt(name),
            all.join(", ")
        );
        Invalid::new(Code::InvalidPreset, detail)
    })
}

fn verification(value: &Value) -> Result<Verification, Vec<Invalid>> {
    let mut definition = value.clone();
    let (mut one, mut several) = (None, None);
    if let Some(members) = definition.as_object_mut() {
        one = members.remove("secret").filter(|v| !v.is_null());
        several = members.remove("secrets").filter(|v| !v.is_null());
        members.retain(|_, value| !value.is_null());
    }
    let scheme = Scheme::parse(&definition)?;
    let secrets = match (one, several) {
        (None, None) => None,
        (Some(_), Some(_)) => {
            let detail = "Give secret or secrets, not both.";
            return Err(vec![Invalid::new(Code::NotSupported, detail).at("secret")]);
        }
        (Some(given), None) => {
            let secret = secrets::read(&scheme, &given);
            Some(vec![secret.map_err(|wrong| wrong.at("secret"))?])
        }
        (None, Some(given)) => Some(several_secrets(&scheme, &given).map_err(|wrong| {
            let wrong = wrong.into_iter();
            wrong.map(|one| one.at("secrets")).collect::<Vec<_>>()
        })?),
    };
    Ok(Verification {
        scheme,
        definition,
        secrets,
    })
}

fn several_secrets(scheme: &Scheme, given: &Value) -> Result<Vec<Secret>, Vec<Invalid>> {
    let given = given.as_array().map(Vec::as_slice).unwrap_or_default();
    if given.is_empty() || given.len() > secrets::MOST {
        let detail = format!("This must be a list of 1 to {} secrets.", secrets::MOST);
        return Err(vec![Invalid::new(Code::TooMany, detail)]);
    }
    each(given, |one| secrets::read(scheme, one))
}
