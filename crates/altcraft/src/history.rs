//! `subscribers/history_get` and `history_get_all`: what happened to people.

use crate::answer::{AltAnswer, Format, Outcome, Payload, envelope};
use crate::api::{Api, ApiRequest, ask};
use crate::call::AltCall;
use crate::failure::Failure;
use crate::members::{id, limit, number, optional_text, present};
use crate::profile::known_id;
use crate::profiles::{END, page, who};
use crate::reference::find;
use serde_json::{Map, Value, json};

/// The columns of a history as CSV.
const COLUMNS: [&str; 10] = [
    "xxh",
    "profile_id",
    "email",
    "list_id",
    "action",
    "count",
    "datetime",
    "message_id",
    "event_id",
    "fields",
];

/// `subscribers/history_get`: of one profile.
pub(crate) async fn get(api: &impl Api, call: AltCall) -> Outcome {
    let database = list_id(&call.members)?;
    let profile = find(api, &database, &who(&call.members)?).await?;
    let own = profile["id"].as_str().unwrap_or_default();
    let path = format!("/v1/databases/{database}/profiles/{own}/history");
    let (items, next) = entries(api, path, &call.members).await?;
    let email = profile["data"]["email"].clone();
    let shown = items.iter().map(|one| {
        let mut shown = entry(one, &database);
        shown["email"] = email.clone();
        shown["profile_id"] = known_id(&profile);
        shown
    });
    Ok(page(shown.collect(), next))
}

/// `subscribers/history_get_all`: of a database, newest first.
pub(crate) async fn get_all(api: &impl Api, call: AltCall) -> Outcome {
    let database = list_id(&call.members)?;
    for name in ["date_from", "date_to"] {
        if present(&call.members, name).is_none() {
            return Err(Failure::missing(name));
        }
    }
    let path = format!("/v1/databases/{database}/profiles/history");
    let (items, next) = entries(api, path, &call.members).await?;
    let people = items.iter().filter(|one| one["profile_id"].is_string());
    let shown = people.map(|one| {
        let mut shown = entry(one, &database);
        shown["subscriptions"] = match &shown["subscription"] {
            Value::Null => json!([]),
            one => json!([one]),
        };
        shown["fields"] = json!({});
        shown
    });
    Ok(page(shown.collect(), next))
}

fn list_id(members: &Map<String, Value>) -> Result<String, Failure> {
    match present(members, "list_id") {
        None if present(members, "db_id").is_some() => id(members, "db_id"),
        _ => id(members, "list_id"),
    }
}

/// A page of history, and where the next one begins.
async fn entries(
    api: &impl Api,
    path: String,
    members: &Map<String, Value>,
) -> Result<(Vec<Value>, Value), Failure> {
    let from = optional_text(members, "from_id")?;
    if from.as_deref() == Some(END) {
        return Ok((Vec::new(), END.into()));
    }
    let mut request = ApiRequest::get(path).with("limit", limit(members)?.to_string());
    if let Some(day) = day(members, "date_from")? {
        request = request.with("from", format!("{day}T00:00:00Z"));
    }
    if let Some(day) = day(members, "date_to")? {
        // The day itself is meant, and `/v1` ends before a time.
        request = request.with("to", format!("{}T00:00:00Z", following(&day)));
    }
    if let Some(from) = from {
        request = request.with("cursor", from);
    }
    let mut found = ask(api, request).await?;
    let items = match found["items"].take() {
        Value::Array(items) => items,
        _ => Vec::new(),
    };
    let next = match found["next"].take() {
        Value::Null => END.into(),
        next => next,
    };
    Ok((items, next))
}

/// A date as `YYYY-MM-DD`, also where a time follows.
fn day(members: &Map<String, Value>, name: &str) -> Result<Option<String>, Failure> {
    let Some(text) = optional_text(members, name)? else {
        return Ok(None);
    };
    let day: String = text.chars().take(10).collect();
    let shape = |(place, byte): (usize, u8)| match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    let is_day = day.len() == 10 && day.bytes().enumerate().all(shape);
    match is_day {
        true => Ok(Some(day)),
        false => Err(Failure::member(name, "a date is written as YYYY-MM-DD.")),
    }
}

/// The day after one, by the calendar.
fn following(day: &str) -> String {
    let part = |at: std::ops::Range<usize>| day.get(at).and_then(|text| text.parse().ok());
    let (year, month, date): (u32, u32, u32) = (
        part(0..4).unwrap_or(1970),
        part(5..7).unwrap_or(1),
        part(8..10).unwrap_or(1),
    );
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let (year, month, date) = match (date < last, month < 12) {
        (true, _) => (year, month, date + 1),
        (false, true) => (year, month + 1, 1),
        (false, false) => (year + 1, 1, 1),
    };
    format!("{year:04}-{month:02}-{date:02}")
}

/// An entry as Altcraft's histories have it: events by their own names, changes by ours.
fn entry(one: &Value, database: &str) -> Value {
    let about = &one["about"];
    let kind = one["kind"].as_str().unwrap_or_default();
    let action = match about["event"].as_str() {
        Some(event) => event.to_owned(),
        None => kind.replace('.', "_"),
    };
    let own = one["profile_id"].as_str().unwrap_or_default();
    let resource = &about["resource_id"];
    let subscription = match resource {
        Value::Null => Value::Null,
        resource => json!({"resource_id": number(resource), "channel": about["channel"]}),
    };
    json!({
        "xxh": own.chars().take(16).collect::<String>(),
        "profile_id": one["profile_id"],
        "email": Value::Null,
        "list_id": number(&database.into()),
        "action": action,
        "count": 1,
        // An event's own time, where it is known.
        "datetime": about["at"].as_str().or(one["at"].as_str()),
        "message_id": about["message_id"],
        "campaign_id": Value::Null,
        "event_id": one["id"],
        // By which `profiles/message_unsub` finds whom it went to.
        "smid": about["message_id"],
        "campaign_name": "",
        "message_name": "",
        "subscription": subscription,
    })
}

/// A history as CSV: a header and a line for each entry. What went wrong is JSON.
pub(crate) fn csv(outcome: Outcome) -> AltAnswer {
    let entries = match &outcome {
        Ok(Payload { .. }) => envelope(outcome),
        Err(_) => return AltAnswer::of(outcome, Format::Json),
    };
    let mut text = COLUMNS.join(",");
    text.push_str("\r\n");
    for one in entries["data"].as_array().into_iter().flatten() {
        let cells = COLUMNS.iter().map(|name| match &one[*name] {
            Value::Null => String::new(),
            Value::String(text) => quoted(text),
            value => quoted(&value.to_string()),
        });
        text.push_str(&cells.collect::<Vec<_>>().join(","));
        text.push_str("\r\n");
    }
    AltAnswer {
        content_type: "text/csv; charset=utf-8",
        body: text.into_bytes(),
    }
}

fn quoted(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::following;

    #[test]
    fn a_day_follows_a_day() {
        for (day, next) in [
            ("2026-11-30", "2026-12-01"),
            ("2026-12-31", "2027-01-01"),
            ("2024-02-28", "2024-02-29"),
            ("2100-02-28", "2100-03-01"),
        ] {
            assert_eq!(following(day), next);
        }
    }
}
