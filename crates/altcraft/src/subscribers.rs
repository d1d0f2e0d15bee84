//! `subscriptions/list_all`: everybody's subscriptions to a resource.

use crate::answer::Outcome;
use crate::api::{Api, ApiRequest, ask};
use crate::call::AltCall;
use crate::failure::Failure;
use crate::members::{id, limit, number, optional_id, optional_text};
use crate::profile::known_id;
use crate::profiles::{END, filled, page};
use crate::subscription::flat;
use serde_json::{Map, Value, json};

/// Which subscriptions are meant.
struct SubscriptionFilter {
    resource: String,
    channel: Option<String>,
    status: Option<String>,
}

impl SubscriptionFilter {
    fn condition(&self) -> Value {
        let mut asked = json!({"resource_id": self.resource});
        for (name, value) in [("channel", &self.channel), ("status", &self.status)] {
            if let Some(value) = value {
                asked[name] = value.as_str().into();
            }
        }
        json!({"subscription": asked})
    }

    fn is(&self, one: &Value) -> bool {
        let is = |value: &Value, asked: &Option<String>| {
            let number = crate::statuses::number(value);
            let said = |asked: &String| {
                *value == **asked
                    || (number.is_u64() && asked.parse::<Value>().ok() == Some(number.clone()))
            };
            asked.as_ref().is_none_or(said)
        };
        one["resource_id"] == *self.resource
            && one["deleted"] != true
            && is(&one["channel"], &self.channel)
            && is(&one["status"], &self.status)
    }

    /// The subscriptions of a profile that are meant, as they are shown.
    fn of(&self, profile: &mut Value, items: &mut Vec<Value>) {
        let id = known_id(profile);
        let own = profile["id"].as_str().unwrap_or_default();
        let key: String = own.chars().take(16).collect();
        let database = number(&profile["database_id"]);
        let Value::Array(all) = profile["subscriptions"].take() else {
            return;
        };
        for one in all.into_iter().filter(|one| self.is(one)) {
            let mut one = flat(one);
            one["db_id"] = database.clone();
            one["profile_id"] = id.clone();
            one["_xxh"] = key.clone().into();
            items.push(one);
        }
    }
}

/// Lists them by database and profile. A page has as many profiles as it may have, so perhaps
/// more subscriptions; where it begins is `<database>.<cursor>`.
pub(crate) async fn list_all(api: &impl Api, call: AltCall) -> Outcome {
    let asked = SubscriptionFilter {
        resource: id(&call.members, "resource_id")?,
        channel: optional_text(&call.members, "channel")?,
        status: optional_text(&call.members, "status")?,
    };
    let limit = limit(&call.members)?;
    let from = optional_text(&call.members, "from_id")?;
    if from.as_deref() == Some(END) {
        return Ok(page(Vec::new(), END.into()));
    }
    let databases = databases(api, &call.members, &asked.resource).await?;
    let (mut place, mut cursor) = begin(from.as_deref(), &databases)?;
    while let Some(database) = databases.get(place) {
        let mut body = json!({"condition": asked.condition(), "limit": limit});
        body["fields"] = json!(["subscriptions", crate::fields::LEGACY_ID]);
        if !keeps_ids(api, database).await {
            body["fields"] = json!(["subscriptions"]);
        }
        if let Some(cursor) = cursor.take() {
            body["cursor"] = cursor.into();
        }
        let path = format!("/v1/databases/{database}/profiles/query");
        let (mut profiles, next) = filled(api, &path, body).await?;
        let mut items = Vec::new();
        profiles
            .iter_mut()
            .for_each(|one| asked.of(one, &mut items));
        let next = match next.as_ref().and_then(Value::as_str) {
            Some(next) => {
                cursor = Some(next.to_owned());
                format!("{database}.{next}")
            }
            None => {
                place += 1;
                let following = databases.get(place);
                following.map_or_else(|| END.to_owned(), |following| format!("{following}."))
            }
        };
        // An empty page would end the client's loop, though another one comes.
        if !items.is_empty() {
            return Ok(page(items, next.into()));
        }
    }
    Ok(page(Vec::new(), END.into()))
}

async fn keeps_ids(api: &impl Api, database: &str) -> bool {
    let fields = crate::fields::Fields::ask(api, database).await;
    fields.is_ok_and(|fields| fields.has_legacy_ids())
}

/// The databases that are looked through: one, or those that the resource serves.
async fn databases(
    api: &impl Api,
    members: &Map<String, Value>,
    resource: &str,
) -> Result<Vec<String>, Failure> {
    if let Some(database) = optional_id(members, "db_id")? {
        return Ok(vec![database]);
    }
    let shown = ask(api, ApiRequest::get(format!("/v1/resources/{resource}"))).await?;
    let all = shown["databases"].as_array().into_iter().flatten();
    Ok(all.filter_map(Value::as_str).map(str::to_owned).collect())
}

/// The place of the database in which a page begins, and the cursor there.
fn begin(from: Option<&str>, databases: &[String]) -> Result<(usize, Option<String>), Failure> {
    let Some(from) = from else {
        return Ok((0, None));
    };
    let parts = from.split_once('.');
    let place = parts.and_then(|(database, cursor)| {
        let place = databases.iter().position(|one| one == database)?;
        Some((
            place,
            Some(cursor.to_owned()).filter(|cursor| !cursor.is_empty()),
        ))
    });
    place.ok_or_else(|| Failure::member("from_id", "it is none that a page gave."))
}
