//! `POST /v1/databases/{db}/schedules`

use super::shape::ShownSchedule;
use super::{MOST, check, sealed};
use crate::sealing;
use roster_http::{Call, Problem, Reply, route};
use roster_jobs::schedule::begin_by_hand;
use roster_model::Code;
use roster_model::Invalid;
use roster_model::schedule::{ScheduleSettings, SecretChange};
use roster_store::schedules::{self, ScheduleData};
use serde_json::Value;

/// Makes a schedule; it runs for the first time when it is due, or with `run_on_save` at once.
#[route(
    post, "/v1/databases/{db}/schedules", ImportsWrite, id = "createSchedule",
    once,
    new = roster_model::schedule::ScheduleSettings,
    made = ShownSchedule,
)]
pub(crate) async fn create(call: Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    let known = call.definitions(database).await?;
    let zone = &known.schema().database.time_zone;
    let body: Value = call.json()?;
    sealing::refuse_sealed(&body, sealed::SOURCE)?;
    let (mut settings, secret) = ScheduleSettings::create(&body, zone)?;
    let runs = std::mem::take(&mut settings.run_on_save);
    check(&call, database, &settings).await?;
    let keys = sealing::keyring().await?;
    sealed::headers(&keys, None, &mut settings.source)?;
    let secret = match secret {
        SecretChange::Set(secret) => Some(sealed::secret(&keys, None, &secret)?),
        SecretChange::Keep | SecretChange::Clear => None,
    };
    let next = settings.plan.next(call.now).filter(|_| settings.enabled);
    call.once(async |sql| {
        if schedules::count(sql, database).await? >= MOST {
            let detail = format!("A database has at most {MOST} schedules.");
            return Err(Problem::from(Invalid::new(Code::TooMany, detail)));
        }
        let put = ScheduleData {
            settings: &settings,
            secret: secret.as_ref(),
            next_run_at: next,
            speaks_for_all: call.caller.speaks_for_all(),
        };
        let id = schedules::create(sql, database, &put, &call.author()).await?;
        if runs {
            begin_by_hand(sql, id, call.now, &call.caller.actor, false).await?;
        }
        let made = schedules::get(sql, id).await?;
        let made = made.ok_or_else(|| Problem::not_found("schedule"))?;
        Ok(ShownSchedule::new(made, call.now).created())
    })
    .await
}
