//! Suspensions that are over: their subscriptions become subscribed, by the same
//! way as every change of a profile.

use roster_model::write::{Command, Refusal, RefusalKind, SubscriptionChange};
use roster_model::{DatabaseId, Origin, ProfileId, Status, Timestamp};
use roster_store::catalogue;
use roster_store::waking::{self, Sleeper};
use roster_store::write::{Batch, BatchOutcome, run};
use roster_store::{Error, Guard, Sql};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// Who history says woke them.
pub const ACTOR: &str = "roster";

/// Through which interface.
pub const INTERFACE: &str = "tick";

/// How many are looked at in one round.
const ROUND: i64 = 200;

/// How many rounds there are at most; profiles with several wake one of them in
/// each.
const MOST_ROUNDS: usize = 10;

/// Wakes subscriptions whose suspension is over at `now`, at most 2,000; gives
/// how many. What changes meanwhile is left for the next time. Needs a
/// connection of its own: a write may take the lock.
///
/// # Errors
/// What the store meets.
pub async fn wake(sql: &impl Sql, now: Timestamp) -> Result<i64, Error> {
    let mut woken = 0;
    for _ in 0..MOST_ROUNDS {
        let due = waking::due(sql, now, ROUND).await?;
        let whole = i64::try_from(due.len()).unwrap_or(0) >= ROUND;
        let mut again = false;
        let mut profiles: HashSet<ProfileId> = HashSet::new();
        let mut databases: BTreeMap<DatabaseId, Vec<Sleeper>> = BTreeMap::new();
        for sleeper in due {
            // A second one of a profile would not find it at its revision.
            if profiles.insert(sleeper.profile) {
                databases.entry(sleeper.database).or_default().push(sleeper);
            } else {
                again = true;
            }
        }
        let mut moved = 0;
        for (database, sleepers) in databases {
            let done = wake_of(sql, database, &sleepers, now).await?;
            woken += done.woken;
            moved += done.woken + done.left;
        }
        if moved == 0 || !(again || whole) {
            break;
        }
    }
    Ok(woken)
}

/// What became of sleepers.
#[derive(Default)]
struct WakeCounts {
    woken: i64,
    /// Those that can't be written and are not looked at again.
    left: i64,
}

async fn wake_of(
    sql: &impl Sql,
    database: DatabaseId,
    sleepers: &[Sleeper],
    now: Timestamp,
) -> Result<WakeCounts, Error> {
    let Some(definitions) = catalogue::load(sql, database).await? else {
        return Ok(WakeCounts::default());
    };
    let definitions = Arc::new(definitions);
    let schema = definitions.schema();
    let items: Vec<Result<Command, Refusal>> = sleepers
        .iter()
        .map(|sleeper| {
            let change = SubscriptionChange::of(&sleeper.subscription).status(Status::Subscribed);
            let revision = Some(sleeper.revision);
            Command::change(sleeper.profile, &change.into(), revision, &schema)
        })
        .collect();
    let batch = Batch {
        items,
        definitions: Arc::clone(&definitions),
        beside: Vec::new(),
        atomic: false,
        now,
        actor: ACTOR.to_owned(),
        interface: INTERFACE,
        origin: Origin::System,
        speaks_for_all: false,
        repeatable: None,
        step: None,
        delivery: None,
        dry: false,
    };
    let results = match run(sql, &[&batch]).await.pop() {
        Some(Ok(BatchOutcome::Written(results))) => results,
        Some(Ok(BatchOutcome::Repeated(_) | BatchOutcome::KeyTaken)) | None => {
            return Ok(WakeCounts::default());
        }
        // The definitions changed just now: the next tick knows the new ones.
        Some(Err(Error::Stale(Guard::Catalogue))) => return Ok(WakeCounts::default()),
        Some(Err(error)) => return Err(error),
    };
    let mut woken = WakeCounts::default();
    let mut stuck = Vec::new();
    for (sleeper, result) in sleepers.iter().zip(results) {
        match result {
            Ok(_) => woken.woken += 1,
            // Somebody changed or deleted the profile: it is looked at again.
            Err(error) if matches!(error.kind, RefusalKind::NotFound | RefusalKind::Stale) => {}
            Err(_) => stuck.push(sleeper),
        }
    }
    waking::leave(sql, &stuck).await?;
    woken.left = i64::try_from(stuck.len()).unwrap_or(0);
    Ok(woken)
}
