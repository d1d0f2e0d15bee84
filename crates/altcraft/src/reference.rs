//! Who is meant: a matching mode and its values, wherever clients put them.

use crate::api::{Api, ApiRequest, Problem, attempt};
use crate::failure::Failure;
use crate::fields::{Fields, LEGACY_ID};
use crate::item::localhost;
use crate::members::{hex_id, no_profile_id, optional_id, optional_text, present};
use roster_model::Matching;
use serde_json::{Map, Value, json};

/// A matching mode with its values, in the members of `/v1`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reference {
    /// The mode.
    pub mode: &'static str,
    /// `matching` and what else stands beside data.
    pub members: Map<String, Value>,
    /// The id that the address `<id>@localhost` names.
    pub localhost: Option<String>,
}

impl Reference {
    /// Reads what stands in `members`. Where no mode is said, the values that are there say it.
    pub fn read(members: &Map<String, Value>) -> Result<Self, Failure> {
        Ok(Self::unspelled(members)?.spelled(&Fields::default()))
    }

    /// The same with a phone as it came, for a database that has yet to be asked for.
    pub fn unspelled(members: &Map<String, Value>) -> Result<Self, Failure> {
        Self::of(members, false)
    }

    /// The same for a batch, whose values stand in the items.
    pub fn of_batch(members: &Map<String, Value>) -> Result<Self, Failure> {
        Self::of(members, true)
    }

    fn of(members: &Map<String, Value>, batch: bool) -> Result<Self, Failure> {
        let mode = match optional_text(members, "matching")? {
            Some(word) => {
                let all = Matching::ALL.map(Matching::as_str);
                let found = all
                    .into_iter()
                    .find(|mode| mode.eq_ignore_ascii_case(&word));
                found.ok_or_else(|| {
                    Failure::member("matching", &format!("it is one of {}.", all.join(", ")))
                })?
            }
            None if batch => "email",
            None => said(members),
        };
        let mut read = Reference {
            mode,
            members: Map::new(),
            localhost: None,
        };
        read.put("matching", Some(mode.into()));
        read.put(
            "resource_id",
            optional_id(members, "resource_id")?.map(Value::from),
        );
        if matches!(mode, "custom" | "custom_sub") {
            let name = optional_text(members, "field_name")?;
            read.put(
                "field_name",
                Some(name.ok_or_else(|| Failure::missing("field_name"))?.into()),
            );
        }
        if !batch {
            for name in values(mode) {
                read.value(name, members)?;
            }
        }
        Ok(read)
    }

    fn value(&mut self, name: &str, members: &Map<String, Value>) -> Result<(), Failure> {
        let Some(given) = present(members, name) else {
            return Ok(());
        };
        match name {
            "profile_id" => {
                let id = hex_id(given).ok_or_else(|| no_profile_id(name))?;
                self.put(name, Some(id.into()));
            }
            "email" => match localhost(given) {
                Some(id) => self.localhost = Some(id),
                None => self.put(name, Some(given.clone())),
            },
            _ => self.put(name, Some(given.clone())),
        }
        Ok(())
    }

    fn put(&mut self, name: &str, value: Option<Value>) {
        if let Some(value) = value {
            self.members.insert(name.to_owned(), value);
        }
    }

    /// Whether it names a phone that came as a number, which a database's region says how to read.
    pub fn has_numeric_phone(&self) -> bool {
        self.members.get("phone").is_some_and(Value::is_number)
    }

    /// The same with a phone as a database reads it.
    pub fn spelled(mut self, fields: &Fields) -> Self {
        if let Some(one) = self.members.get_mut("phone") {
            *one = fields.phone(one.take());
        }
        self
    }

    /// Whether a value stands here, not in the data.
    pub fn has_value(&self) -> bool {
        values(self.mode)
            .iter()
            .any(|name| self.members.contains_key(*name))
    }

    /// A profile by its id.
    pub fn of_id(id: &str) -> Self {
        let members = json!({"matching": "profile_id", "profile_id": id});
        Reference {
            mode: "profile_id",
            members: into_members(members),
            localhost: None,
        }
    }

    /// Who is meant where nothing is made: an address that stands for none names its profile.
    pub fn existing(self) -> Self {
        let id = self.localhost.clone().and_then(|id| hex_id(&id.into()));
        match id {
            Some(id) if !self.has_value() => Self::of_id(&id),
            _ => self,
        }
    }

    /// The same profile by the id that it had before.
    pub fn legacy(&self) -> Option<Self> {
        let id = self
            .members
            .get("profile_id")
            .filter(|_| self.mode == "profile_id")?;
        Some(Self::of_legacy(id))
    }

    fn of_legacy(id: &Value) -> Self {
        let members = json!({"matching": "custom", "field_name": LEGACY_ID, "field_value": id});
        Reference {
            mode: "custom",
            members: into_members(members),
            localhost: None,
        }
    }
}

fn into_members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// The mode that the values beside data say, the first that is there.
fn said(members: &Map<String, Value>) -> &'static str {
    let has = |name: &str| present(members, name).is_some();
    if has("email") {
        "email"
    } else if has("phone") {
        "phone"
    } else if has("profile_id") {
        "profile_id"
    } else if has("provider") && has("subscription_id") {
        "push_sub"
    } else if has("field_name") && has("field_value") {
        "custom"
    } else {
        "email"
    }
}

/// The members that a mode has its values in.
pub(crate) fn values(mode: &str) -> &'static [&'static str] {
    match mode {
        "phone" | "phone_sub" => &["phone"],
        "profile_id" => &["profile_id"],
        "push_sub" => &["provider", "subscription_id"],
        "custom" | "custom_sub" => &["field_value"],
        "email_phone" | "email_phone_sub" => &["email", "phone"],
        _ => &["email"],
    }
}

/// The profile that is meant.
pub(crate) async fn find(
    api: &impl Api,
    database: &str,
    reference: &Reference,
) -> Result<Value, Failure> {
    Ok(look(api, database, reference).await?)
}

/// The same, where somebody wants to know why not.
pub(crate) async fn look(
    api: &impl Api,
    database: &str,
    reference: &Reference,
) -> Result<Value, Problem> {
    let spelled = match reference.has_numeric_phone() {
        // What is wrong with the database is said where it is asked.
        true => Fields::current(api, database).await.ok(),
        false => None,
    };
    let spelled = spelled.map(|fields| reference.clone().spelled(&fields));
    let reference = spelled.as_ref().unwrap_or(reference);
    let path = format!("/v1/databases/{database}/profiles/match");
    let request = |reference: &Reference| {
        ApiRequest::post(path.clone(), Value::Object(reference.members.clone()))
    };
    let first = match attempt(api, request(reference)).await {
        Ok(found) => return Ok(found),
        Err(problem) => problem,
    };
    match reference.legacy() {
        // No such field, or nobody has it: the first answer says it better.
        Some(legacy) if first.is_no_profile() => {
            attempt(api, request(&legacy)).await.map_err(|_| first)
        }
        _ => Err(first),
    }
}

/// Asks for something of the profile with an id, which may be the one from before.
pub(crate) async fn ask_of(
    api: &impl Api,
    database: &str,
    id: &str,
    request: impl Fn(String) -> ApiRequest,
) -> Result<Value, Failure> {
    let base = |id: &str| format!("/v1/databases/{database}/profiles/{id}");
    let first = match attempt(api, request(base(id))).await {
        Ok(answer) => return Ok(answer),
        Err(problem) => problem,
    };
    if !first.is_no_profile() || first.body["errors"][0]["code"] == "unknown_resource" {
        return Err(first.into());
    }
    let legacy = Reference::of_legacy(&id.into());
    match look(api, database, &legacy).await {
        Ok(found) => {
            let own = found["id"].as_str().unwrap_or_default();
            Ok(attempt(api, request(base(own))).await?)
        }
        Err(_) => Err(first.into()),
    }
}
