//! Changes of profiles through this component: by whoever has the token.

use roster_http::writing::Act;
use roster_http::{Call, INTERFACE, Problem};
use roster_model::Origin;
use roster_model::write::{ItemError, Outcome, Prepared, Schema};
use roster_store::write::{MakeAnswer, Repeatable};

pub(crate) use roster_http::writing::{Written, refused};

/// Writes the items that `prepare` makes. With an `Idempotency-Key`, the answer
/// that `answer` makes of the results is kept with them.
pub(crate) async fn write(
    call: &Call,
    atomic: bool,
    prepare: impl Fn(&Schema<'_>) -> Vec<Result<Prepared, ItemError>>,
    answer: Option<MakeAnswer>,
) -> Result<Written, Problem> {
    let mut act = act(call)?;
    act.atomic = atomic;
    if let Some(answer) = answer {
        let asked = call.idempotency()?;
        act.repeatable = asked.map(|asked| Repeatable { asked, answer });
    }
    call.write_items(&act, prepare, || None).await
}

/// Writes one item.
pub(crate) async fn write_one(
    call: &Call,
    prepare: impl Fn(&Schema<'_>) -> Result<Prepared, ItemError>,
) -> Result<Outcome, Problem> {
    call.write_item(&act(call)?, prepare).await
}

fn act(call: &Call) -> Result<Act<'_>, Problem> {
    Ok(Act {
        database: call.database()?,
        actor: &call.caller.actor,
        interface: INTERFACE,
        origin: Origin::Api,
        atomic: false,
        repeatable: None,
    })
}
