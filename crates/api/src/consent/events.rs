//! `POST /v1/events`

use roster_http::writing::{WriteContext, WriteOutcome};
use roster_http::{Call, Problem, Reply, kinds, route};
use roster_model::Code;
use roster_model::write::{Command, MAX_EVENTS, Refusal, RefusalKind, Room, Schema};
use roster_model::{DatabaseId, Invalid, Origin, ProfileId};
use roster_store::write::ItemResult;
use serde::Serialize;
use serde_json::{Map, Value};

/// What became of the events.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub(crate) struct EventsResult {
    /// Events that were noted.
    applied: usize,
    /// Events whose id was told before: nothing was done again.
    repeated: usize,
    /// Events about nobody who is known here. Told with a token for all databases, a
    /// hard bounce or a complaint stands everywhere and enters the global suppression list all the same.
    unknown: usize,
    /// Events that were refused.
    failed: usize,
    /// One result for each event, in order.
    results: Vec<EventResult>,
}

/// What became of one event.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ToldEvent)]
pub(crate) struct EventResult {
    /// Its place, from 0.
    index: usize,
    /// `applied`, `repeated`, `unknown` or `failed`.
    #[schema(value_type = String, example = "applied")]
    outcome: &'static str,
    /// Whom it concerns; the first of several.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    profile_id: Option<ProfileId>,
    /// What was wrong with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    errors: Vec<Invalid>,
}

/// Tells of events: what became of messages, what readers did. Up to 1,000 at
/// once as `{database_id, events: […]}`, or one with `database_id` beside its
/// members. The same `id` counts once.
#[route(
    post, "/v1/events", EventsWrite, id = "tellEvents",
    body = crate::consent::openapi::Events,
    answer = EventsResult,
)]
pub(crate) async fn tell(call: Call) -> Result<Reply, Problem> {
    let mut members: Map<String, Value> = call.json()?;
    let database = database(&call, &mut members)?;
    let events = match members.remove("events") {
        Some(Value::Array(events)) => {
            if let Some(name) = members.keys().next() {
                let detail = "Beside events stands database_id alone.";
                return Err(Invalid::new(Code::UnknownMember, detail).at(name).into());
            }
            events
        }
        Some(_) => {
            let detail = "events is an array.";
            return Err(Invalid::new(Code::WrongType, detail).at("events").into());
        }
        None => vec![Value::Object(members)],
    };
    if events.len() > MAX_EVENTS {
        let detail = format!("{} events: at most {MAX_EVENTS} at once.", events.len());
        return Err(Invalid::new(Code::TooMany, detail).at("events").into());
    }
    let act = WriteContext {
        database,
        actor: &call.caller.actor,
        interface: "events",
        origin: Origin::Provider,
        atomic: false,
        repeatable: None,
    };
    let prepare = |schema: &Schema<'_>| {
        let each = events.iter();
        each.map(|event| Command::event(event, call.now, schema))
            .collect()
    };
    match call.write_items(&act, prepare, || None).await? {
        WriteOutcome::Results(results) => Ok(Reply::ok(&summary(results))),
        WriteOutcome::Repeated(_) => Err(Problem::internal(&"an answer nobody asked for")),
    }
}

fn summary(results: Vec<ItemResult>) -> EventsResult {
    let mut summary = EventsResult::default();
    let mut room = Room::default();
    for (index, result) in results.into_iter().enumerate() {
        let mut one = EventResult {
            index,
            outcome: "applied",
            profile_id: None,
            errors: Vec::new(),
        };
        match result {
            Ok(outcome) => {
                one.profile_id = Some(outcome.id);
                summary.applied += 1;
            }
            Err(error) if error.code == Code::Repeated => {
                one.outcome = "repeated";
                summary.repeated += 1;
            }
            Err(error) if error.kind == RefusalKind::NotFound => {
                one.outcome = "unknown";
                summary.unknown += 1;
            }
            Err(error) => {
                one.outcome = "failed";
                one.errors = wrong(room.fit_error(error));
                summary.failed += 1;
            }
        }
        summary.results.push(one);
    }
    summary
}

fn wrong(error: Refusal) -> Vec<Invalid> {
    if error.errors.is_empty() {
        return vec![Invalid::new(error.code, error.detail)];
    }
    error.errors.into_vec()
}

/// The database that a body names, which the caller must be allowed to see.
pub(crate) fn database(
    call: &Call,
    members: &mut Map<String, Value>,
) -> Result<DatabaseId, Problem> {
    let given = members.remove("database_id").unwrap_or_default();
    if given.is_null() {
        let detail = "database_id says which database this is about.";
        return Err(Invalid::new(Code::Required, detail)
            .at("database_id")
            .into());
    }
    let id = DatabaseId::from_json(&given).map_err(|invalid| invalid.at("database_id"))?;
    if call.caller.may_see(id) {
        Ok(id)
    } else {
        Err(Problem::new(kinds::NOT_FOUND, "There is no such database."))
    }
}
