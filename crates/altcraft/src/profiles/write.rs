//! `profiles/import`, `profiles/update`, `profiles/add`: one profile.

use super::Mode;
use super::beside::{beside, text, with_mode};
use super::contacts;
use crate::answer::{Outcome, in_silence, payload};
use crate::api::{Api, ApiRequest, Problem, attempt};
use crate::call::AltCall;
use crate::failure::Failure;
use crate::fields::Fields;
use crate::item;
use crate::members::{hex_id, id, object};
use crate::profile::known_id;
use crate::reference::{Reference, values};
use serde_json::{Map, Value};
use std::sync::Arc;

/// Writes one profile. What is refused is tried once more where the fields turn out to be
/// others than were remembered: it may have been misspelled.
pub(crate) async fn write(api: &impl Api, mut call: AltCall, mode: Mode) -> Outcome {
    let database = id(&call.members, "db_id")?;
    let given = object(&mut call.members, "data")?;
    let given = match (given, mode) {
        (Some(given), _) => given,
        // An empty profile, or one that only matching says something of.
        (None, Mode::Add | Mode::Import) => Map::new(),
        (None, Mode::Update) => return Err(Failure::missing("data")),
    };
    let fields = match call.members.get("phone").is_some_and(Value::is_number) {
        true => Fields::current(api, &database).await?,
        false => Fields::for_values(api, &database, &given).await?,
    };
    let refused = match by_fields(api, &database, &call, given.clone(), mode, &fields).await {
        Err(failure) if failure.error < 500 => failure,
        done => return done,
    };
    let current = Fields::current(api, &database).await?;
    match Arc::ptr_eq(&fields, &current) {
        true => Err(refused),
        false => by_fields(api, &database, &call, given, mode, &current).await,
    }
}

async fn by_fields(
    api: &impl Api,
    database: &str,
    call: &AltCall,
    given: Map<String, Value>,
    mode: Mode,
    fields: &Fields,
) -> Outcome {
    let beside = beside(&call.members, fields)?;
    let reference = match mode {
        Mode::Add => Reference::of_batch(&Map::new())?,
        Mode::Import | Mode::Update => Reference::unspelled(&call.members)?.spelled(fields),
    };
    let (mut data, named) = item::data(given, fields, call.is_xml);
    let matched = match mode {
        Mode::Add => &[],
        Mode::Import | Mode::Update => values(reference.mode),
    };
    let is_whole = mode == Mode::Add || matched.contains(&"phone");
    contacts::settle_phone(&mut data, is_whole, fields);
    match mode {
        Mode::Add => contacts::add(&mut data, &call.members, fields),
        Mode::Import => contacts::add_unmatched(&mut data, &call.members, matched, fields),
        Mode::Update => {}
    }
    let one = One {
        api,
        database,
        beside: &beside,
    };
    let localhost = reference.localhost.clone().or(named.localhost);
    let localhost = localhost.filter(|_| mode != Mode::Add && is_by_email(reference.mode));
    let done = match (mode, localhost.map(Value::from)) {
        (Mode::Add, _) => one.ask(mode, None, data).await,
        (_, Some(local)) if !reference.has_value() && !data.contains_key("email") => {
            match hex_id(&local) {
                Some(known) => one.by_id(mode, &known, &reference, data).await,
                None => one.matched(mode, &reference, data).await,
            }
        }
        _ if reference.mode == "profile_id" && !reference.has_value() => {
            let known = named.id.ok_or_else(|| Failure::missing("profile_id"))?;
            one.matched(mode, &Reference::of_id(&known), data).await
        }
        _ => one.matched(mode, &reference, data).await,
    };
    let result = done.map_err(Failure::from)?;
    let text = text(&result);
    let mut members = payload("profile_id", known_id(&result));
    if text != crate::answer::SUCCESS {
        members.insert("error_text".to_owned(), text.into());
    } else if mode == Mode::Add {
        members = in_silence(members);
    }
    Ok(members)
}

/// Whether an address says who is meant.
pub(super) fn is_by_email(mode: &str) -> bool {
    matches!(mode, "email" | "email_profile" | "email_phone")
}

/// Whether a profile without an address is made where it can't be matched by one.
pub(super) fn is_fresh(mode: Mode, matching: &str, data: &Map<String, Value>) -> bool {
    mode == Mode::Import && matching == "email_profile" && !data.contains_key("email")
}

struct One<'a, A> {
    api: &'a A,
    database: &'a str,
    beside: &'a Map<String, Value>,
}

impl<A: Api> One<'_, A> {
    async fn ask(
        &self,
        mode: Mode,
        matching: Option<&Map<String, Value>>,
        data: Map<String, Value>,
    ) -> Result<Value, Problem> {
        let mut body = with_mode(self.beside, mode, matching);
        body.insert("data".to_owned(), Value::Object(data));
        let path = format!("/v1/databases/{}/profiles", self.database);
        attempt(self.api, ApiRequest::post(path, Value::Object(body))).await
    }

    /// By a reference; by the id from before where it is no other.
    async fn matched(
        &self,
        mode: Mode,
        reference: &Reference,
        data: Map<String, Value>,
    ) -> Result<Value, Problem> {
        if is_fresh(mode, reference.mode, &data) && !reference.has_value() {
            return self.ask(Mode::Add, None, data).await;
        }
        let Some(legacy) = reference.legacy() else {
            return self.ask(mode, Some(&reference.members), data).await;
        };
        let first = match self.ask(mode, Some(&reference.members), data.clone()).await {
            Err(problem) if problem.is_no_profile() => problem,
            done => return done,
        };
        let again = self.ask(Mode::Update, Some(&legacy.members), data).await;
        again.map_err(|_| first)
    }

    /// The profile that an address without a mailbox names; a new one where there is none of
    /// that id, and its address would have been matched by.
    async fn by_id(
        &self,
        mode: Mode,
        known: &str,
        reference: &Reference,
        data: Map<String, Value>,
    ) -> Result<Value, Problem> {
        let by_id = Reference::of_id(known);
        if !is_fresh(mode, reference.mode, &data) {
            return self.matched(mode, &by_id, data).await;
        }
        match self.matched(Mode::Update, &by_id, data.clone()).await {
            Err(problem) if problem.is_no_profile() => self.ask(Mode::Add, None, data).await,
            done => done,
        }
    }
}
