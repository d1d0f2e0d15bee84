//! One profile written by Roster's two statements.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::SystemTime;

use spin_sdk::sqlite::Value;
use spin_sdk::sqlite::wit::sqlite::Error;

use crate::{EMAIL, PHONE, run};

const LOOKUP: &str = include_str!("../../../crates/store/src/sql/write/lookup.sql");
const APPLY: &str = include_str!("../../../crates/store/src/sql/write/apply.sql");

/// What a caller sends.
struct Person<'a> {
    email: &'a str,
    phone: &'a str,
    data: &'a str,
}

impl<'a> Person<'a> {
    fn read(body: &'a str) -> Result<Self, Error> {
        let mut lines = body.splitn(3, '\n');
        match (lines.next(), lines.next(), lines.next()) {
            (Some(email), Some(phone), Some(data)) => Ok(Person { email, phone, data }),
            _ => Err(wrong()),
        }
    }

    /// The e-mail's match key as it is asked for.
    fn asked(&self) -> String {
        format!("[[1,{EMAIL},\"{}\"]]", self.email)
    }
}

/// What the look-up found: the version of the definitions, and the profile's key and
/// revision.
struct Found {
    version: i64,
    profile: Option<(i64, i64)>,
}

/// Changes the person who has the e-mail.
pub fn update(body: &str) -> Result<String, Error> {
    let person = Person::read(body)?;
    let found = look_up(&person)?;
    let (pk, revision) = found.profile.ok_or_else(wrong)?;
    let (now, next, data) = (now(), revision + 1, quoted(person.data));
    apply(&[
        Part::Number(found.version),
        Part::Number(now),
        Part::Rows(format!("[[{pk},{revision}]]")),
        Part::Rows(person.asked()),
        Part::Rows("[]".to_owned()),
        Part::Rows(format!("[[{pk},{next},0,{now},{data},0]]")),
        Part::Rows("[]".to_owned()),
        Part::Rows("[]".to_owned()),
        Part::Rows("[]".to_owned()),
        Part::Rows("[]".to_owned()),
        Part::Rows(history(pk, now, "updated", r#"{"points":[0,1]}"#)),
        Part::Rows("[]".to_owned()),
    ])?;
    Ok(format!(
        "{{\"id\":\"{pk}\",\"outcome\":\"updated\",\"revision\":{next}}}"
    ))
}

/// Adds a person.
pub fn add(body: &str) -> Result<String, Error> {
    let person = Person::read(body)?;
    let found = look_up(&person)?;
    let now = now();
    let pk = (now << 20) | (random() & 0xf_ffff);
    let (email, phone, data) = (person.email, person.phone, quoted(person.data));
    apply(&[
        Part::Number(found.version),
        Part::Number(now),
        Part::Rows("[]".to_owned()),
        Part::Rows(person.asked()),
        Part::Rows(format!("[[{pk},1,1,0,{now},{now},{data},0]]")),
        Part::Rows("[]".to_owned()),
        Part::Rows("[]".to_owned()),
        Part::Rows("[]".to_owned()),
        Part::Rows(format!(
            "[[1,{EMAIL},\"{email}\",0,{pk}],[1,{PHONE},\"{phone}\",{pk},{pk}]]"
        )),
        Part::Rows("[]".to_owned()),
        Part::Rows(history(pk, now, "created", person.data)),
        Part::Rows(format!("[[{pk},\"{email} {phone}\",\"\"]]")),
    ])?;
    Ok(format!(
        "{{\"id\":\"{pk}\",\"outcome\":\"created\",\"revision\":1}}"
    ))
}

/// A parameter of the statement that writes.
enum Part {
    Number(i64),
    Rows(String),
}

/// Writes; the parameters that are left out have no rows.
fn apply(parts: &[Part]) -> Result<(), Error> {
    let mut parameters: Vec<Value> = parts
        .iter()
        .map(|part| match part {
            Part::Number(number) => Value::Integer(*number),
            Part::Rows(rows) => Value::Text(rows.clone()),
        })
        .collect();
    parameters.resize(22, Value::Text("[]".to_owned()));
    run(APPLY, &parameters)?;
    Ok(())
}

fn look_up(person: &Person<'_>) -> Result<Found, Error> {
    let none = || Value::Text("[]".to_owned());
    let parameters = [
        Value::Text(person.asked()),
        none(),
        none(),
        Value::Integer(1),
        Value::Integer(0),
        Value::Integer(1000),
        none(),
        none(),
        none(),
    ];
    let row = run(LOOKUP, &parameters)?
        .into_iter()
        .next()
        .ok_or_else(wrong)?;
    let text = |at: usize| match row.values.get(at) {
        Some(Value::Text(text)) => text.as_str(),
        _ => "",
    };
    // [[key,database,revision,…]]
    let mut numbers = text(3).trim_start_matches('[').split(',');
    let pk = numbers.next().and_then(|number| number.parse().ok());
    let revision = numbers.nth(1).and_then(|number| number.parse().ok());
    Ok(Found {
        version: text(1).parse().map_err(|_| wrong())?,
        profile: pk.zip(revision),
    })
}

fn history(pk: i64, now: i64, kind: &str, changes: &str) -> String {
    let changes = quoted(changes);
    format!("[[1,{pk},{now},\"profile.{kind}\",\"benchmark\",\"api\",{changes},null]]")
}

/// A text as JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn now() -> i64 {
    let since = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or_default()
}

fn random() -> i64 {
    (RandomState::new().build_hasher().finish() >> 1) as i64
}

fn wrong() -> Error {
    Error::Io("the request is not as it should be".to_owned())
}
