//! One profile written by Roster's two statements.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::SystemTime;

use spin_sdk::sqlite::Value;
use spin_sdk::sqlite::wit::sqlite::Error;

use crate::{EMAIL, PHONE, run};

const LOOKUP: &str = include_str!("../../../crates/store/src/sql/write/lookup.sql");
const APPLY: &str = include_str!("../../../crates/store/src/sql/write/apply.sql");

/// Places of the parameters of `apply.sql` that are used, behind the version and the time.
const KNOWN: usize = 2;
const ASKED: usize = 3;
const CREATED: usize = 4;
const UPDATED: usize = 5;
const KEYS_NEW: usize = 8;
const HISTORY: usize = 10;
const SEARCH_PUT: usize = 11;
const PARAMETERS: usize = 25;

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
struct Lookup {
    version: i64,
    profile: Option<(i64, i64)>,
}

/// Changes the person who has the e-mail.
pub fn update(body: &str) -> Result<String, Error> {
    let person = Person::read(body)?;
    let found = look_up(&person)?;
    let (pk, revision) = found.profile.ok_or_else(wrong)?;
    let (now, next, data) = (now(), revision + 1, quoted(person.data));
    apply(
        found.version,
        now,
        [
            (KNOWN, format!("[[{pk},{revision}]]")),
            (ASKED, person.asked()),
            (UPDATED, format!("[[{pk},{next},0,{now},{data},0]]")),
            (HISTORY, history(pk, now, "updated", r#"{"points":[0,1]}"#)),
        ],
    )?;
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
    let keys = format!("[[1,{EMAIL},\"{email}\",0,{pk}],[1,{PHONE},\"{phone}\",{pk},{pk}]]");
    apply(
        found.version,
        now,
        [
            (ASKED, person.asked()),
            (CREATED, format!("[[{pk},1,1,0,{now},{now},{data},0]]")),
            (KEYS_NEW, keys),
            (HISTORY, history(pk, now, "created", person.data)),
            (SEARCH_PUT, format!("[[{pk},\"{email} {phone}\",\"\",[]]]")),
        ],
    )?;
    Ok(format!(
        "{{\"id\":\"{pk}\",\"outcome\":\"created\",\"revision\":1}}"
    ))
}

/// Writes rows, each at the place of its parameter; the other parameters have none.
fn apply<const N: usize>(version: i64, now: i64, rows: [(usize, String); N]) -> Result<(), Error> {
    let mut parameters = vec![Value::Text("[]".to_owned()); PARAMETERS];
    let numbers = [version, now].map(Value::Integer);
    let rows = rows.into_iter().map(|(at, rows)| (at, Value::Text(rows)));
    for (at, value) in numbers.into_iter().enumerate().chain(rows) {
        if let Some(parameter) = parameters.get_mut(at) {
            *parameter = value;
        }
    }
    run(APPLY, &parameters)?;
    Ok(())
}

fn look_up(person: &Person<'_>) -> Result<Lookup, Error> {
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
    Ok(Lookup {
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
