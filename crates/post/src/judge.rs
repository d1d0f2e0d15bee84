//! What an answer makes of a message, and when there is another try.

use crate::sender::Answer;
use roster_model::Timestamp;
use roster_outbox::{Endpoint, Verdict, backoff};
use roster_store::outbox::{Attempt, Kind, Message, Outcome, State};

/// What came of a message.
pub(crate) struct DeliveryResult {
    pub outcome: Outcome,
    /// Whether the receiver takes nothing at the moment.
    pub closed: bool,
}

/// The end of a message that was not tried.
pub(crate) fn untried(state: State, detail: String) -> Outcome {
    Outcome {
        state,
        detail,
        due_at: None,
        attempt: None,
    }
}

/// What an answer makes of a message.
pub(crate) fn came(
    message: &Message,
    endpoint: &Endpoint,
    answer: Result<Answer, String>,
    now: Timestamp,
) -> DeliveryResult {
    let (status, verdict) = match &answer {
        Ok(answer) => {
            let verdict = endpoint.verdict(answer.status, &answer.headers, &answer.body);
            (answer.status, verdict)
        }
        Err(error) => (0, endpoint.unanswered(error)),
    };
    let watcher = message.kind == Kind::Change;
    let ended = |state, detail: String| Outcome {
        state,
        detail: detail.clone(),
        due_at: None,
        attempt: Some(Attempt {
            at: now,
            status,
            detail,
        }),
    };
    let mut closed = false;
    let outcome = match verdict {
        Verdict::Sent { provider_id } => ended(State::Sent, provider_id.unwrap_or_default()),
        // It says itself that it wants no more.
        Verdict::Refused { detail } if watcher && status == 410 => ended(State::Cancelled, detail),
        // A receiver may have a mistake that somebody mends.
        Verdict::Refused { detail } if watcher => later(message, status, &detail, None, now),
        Verdict::Refused { detail } => ended(State::Dead, detail),
        Verdict::Retry { detail, after_ms } => {
            closed = true;
            later(message, status, &detail, after_ms, now)
        }
    };
    DeliveryResult { outcome, closed }
}

/// Another try after a pause, or the end if that was the last.
pub(crate) fn later(
    message: &Message,
    status: u16,
    detail: &str,
    after_ms: Option<i64>,
    now: Timestamp,
) -> Outcome {
    let tries = u32::try_from(message.tries.saturating_add(1)).unwrap_or(u32::MAX);
    let pause = backoff(tries, message.id.get().cast_unsigned());
    let pause = pause.map(|pause| pause.max(after_ms.unwrap_or(0)));
    Outcome {
        state: if pause.is_some() {
            State::Queued
        } else {
            State::Dead
        },
        detail: detail.to_owned(),
        due_at: pause.map(|pause| Timestamp::from_ms(now.ms().saturating_add(pause))),
        attempt: Some(Attempt {
            at: now,
            status,
            detail: detail.to_owned(),
        }),
    }
}
