//! `PATCH /v1/databases/{db}/schedules/{id}`

use super::shape::ShownSchedule;
use super::{check, found, sealed};
use crate::sealing;
use roster_http::{Call, Problem, Reply, kinds, route};
use roster_jobs::schedule::begin_by_hand;
use roster_model::schedule::SecretChange;
use roster_store::schedules::{self, ScheduleData};
use serde_json::Value;

/// How often a change is tried that somebody else came before.
const TRIES: usize = 5;

/// Changes a schedule, as a JSON merge patch says. With `run_on_save` it runs at once; a run that
/// goes on goes on.
#[route(
    patch, "/v1/databases/{db}/schedules/{id}", ImportsWrite, id = "updateSchedule",
    if_match,
    once,
    patch = roster_model::schedule::ScheduleSettings,
    answer = ShownSchedule,
)]
pub(crate) async fn update(call: Call) -> Result<Reply, Problem> {
    let if_match = call.if_match()?;
    let patch: Value = call.json()?;
    let keys = sealing::for_patch(&patch, sealed::SOURCE).await?;
    if let Some(reply) = call.replay().await? {
        return Ok(reply);
    }
    for _ in 0..TRIES {
        let before = found(&call).await?;
        if_match.check(before.revision)?;
        let known = call.definitions(before.database).await?;
        let zone = &known.schema().database.time_zone;
        let (mut settings, secret) = before.settings.patch(&patch, zone)?;
        let runs = std::mem::take(&mut settings.run_on_save);
        check(&call, before.database, &settings).await?;
        sealed::headers(&keys, Some(&before), &mut settings.source)?;
        let secret = match secret {
            SecretChange::Keep => before.secret.clone(),
            SecretChange::Clear => None,
            SecretChange::Set(secret) => Some(sealed::secret(&keys, Some(&before), &secret)?),
        };
        if settings == before.settings && secret == before.secret && !runs {
            let shown = ShownSchedule::new(before, call.now);
            return call.once(async |_| Ok(shown.reply())).await;
        }
        // A run that is due stays due, unless the plan is another.
        let same_plan = settings.plan == before.settings.plan;
        let planned = before.next_run_at.filter(|_| same_plan);
        let next = planned.or_else(|| settings.plan.next(call.now));
        let put = ScheduleData {
            settings: &settings,
            secret: secret.as_ref(),
            next_run_at: next.filter(|_| settings.enabled),
            speaks_for_all: call.caller.speaks_for_all(),
        };
        let mut lost = false;
        let changed = call.once(async |sql| {
            let changed = schedules::update(sql, &before, &put, &call.author()).await?;
            lost = changed.is_none();
            if lost {
                return Err(Problem::not_found("schedule"));
            }
            // A run that has read some would go on with what is read no more.
            let moves = !settings.source.is_same_place(&before.settings.source);
            if moves || !settings.enabled {
                schedules::give_up(sql, before.id, call.now, !settings.enabled).await?;
            }
            if runs {
                begin_by_hand(sql, before.id, call.now, &call.caller.actor, false).await?;
            }
            let schedule = schedules::get(sql, before.id).await?;
            let schedule = schedule.ok_or_else(|| Problem::not_found("schedule"))?;
            Ok(ShownSchedule::new(schedule, call.now).reply())
        });
        let changed = changed.await;
        if !lost {
            return changed;
        }
    }
    Err(Problem::new(
        kinds::PRECONDITION_FAILED,
        "The schedule is being changed by others all the time: repeat the change.",
    ))
}
