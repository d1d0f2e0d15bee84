//! What the overview looks like.

use std::collections::BTreeMap;

use roster_model::{DatabaseId, JobId, ResourceId, Timestamp};
use roster_store::overview::{
    DatabaseCounts, FailedDeliveries, JobGlance, Overview as Stored, ResourceCount, beginning_of,
};
use serde::Serialize;

use crate::databases::ProfileCounters;

/// What there is and what goes on.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Overview {
    /// The databases, in order of creation.
    databases: Vec<DatabaseGlance>,
    /// The days on which something was counted, in order; those of UTC.
    days: Vec<Day>,
    /// The resources that have subscriptions.
    resources: Vec<ResourceGlance>,
    /// The jobs that go on, wait or are paused, and those that failed in the last 7 days, wholly
    /// or in part; the latest first, 50 at most. Only what the scopes `imports:read`,
    /// `exports:read`, `segments:read` and `control-groups:read` let one see.
    jobs: Vec<JobAtWork>,
    /// The messages that could not be sent, by database; empty without the scope `outbox:read`.
    dead_messages: Vec<DeadMessages>,
    /// The webhooks of which deliveries could not be applied in the last 7 days; empty without
    /// the scope `hooks:read`.
    failing_hooks: Vec<FailingHook>,
}

/// A database and the people in it.
#[derive(Serialize, utoipa::ToSchema)]
struct DatabaseGlance {
    /// Its id.
    #[schema(value_type = String, example = "1")]
    id: DatabaseId,
    /// Its name.
    #[schema(example = "Customers")]
    name: String,
    /// How many profiles it has.
    #[serde(flatten)]
    profiles: ProfileCounters,
}

/// What happened on a day.
#[derive(Serialize, utoipa::ToSchema)]
struct Day {
    /// The day, in UTC.
    #[schema(example = "2026-11-30", format = Date)]
    day: String,
    /// How many profiles came to be.
    created: i64,
    /// How many went: deleted, erased, or merged into others.
    deleted: i64,
    /// How many stopped being subscribed: they left, complained, or bounced for good.
    left: i64,
    /// What became of messages, by the type of the event.
    #[schema(value_type = BTreeMap<String, i64>, example = json!({ "delivered": 940, "hard_bounce": 3 }))]
    events: BTreeMap<String, i64>,
}

/// A resource and its subscriptions.
#[derive(Serialize, utoipa::ToSchema)]
struct ResourceGlance {
    /// Its id.
    #[schema(value_type = String, example = "1")]
    id: ResourceId,
    /// Its name.
    #[schema(example = "Newsletter")]
    name: String,
    /// By channel, how many subscriptions have which status.
    #[schema(value_type = BTreeMap<String, BTreeMap<String, i64>>, example = json!({ "email": { "subscribed": 2 } }))]
    channels: BTreeMap<&'static str, BTreeMap<&'static str, i64>>,
}

/// A job that goes on, waits, or failed.
#[derive(Serialize, utoipa::ToSchema)]
struct JobAtWork {
    /// Its id.
    #[schema(value_type = String, example = "7")]
    id: JobId,
    /// What it does: `import`, `update`, `export`, `refresh` or `control_draw`.
    #[schema(example = "import")]
    kind: &'static str,
    /// Its database.
    #[schema(value_type = String, example = "1")]
    database_id: DatabaseId,
    /// What people call it.
    #[schema(example = "people.csv")]
    name: String,
    /// Where it stands.
    #[schema(example = "running")]
    state: &'static str,
    /// Who started it.
    started_by: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it ended.
    #[schema(value_type = Option<String>, required, format = DateTime)]
    ended_at: Option<Timestamp>,
    /// What it does at the moment.
    phase: String,
    /// How much of it is done, in units of its kind.
    done: i64,
    /// How much there is in all; 0 while that is not known.
    total: i64,
    /// How many rows or profiles were refused, less those that other imports mended.
    failed: i64,
}

/// Messages that could not be sent.
#[derive(Serialize, utoipa::ToSchema)]
struct DeadMessages {
    /// Their database.
    #[schema(value_type = String, example = "1")]
    database_id: DatabaseId,
    /// How many.
    count: i64,
}

/// A webhook whose deliveries could not be applied.
#[derive(Serialize, utoipa::ToSchema)]
struct FailingHook {
    /// The webhook.
    #[schema(example = "kzl3q6s2ph7cew4m")]
    id: String,
    /// Its database.
    #[schema(value_type = String, example = "1")]
    database_id: DatabaseId,
    /// Its name.
    #[schema(example = "Shop")]
    name: String,
    /// How many deliveries failed.
    count: i64,
    /// When the last of them came.
    #[schema(value_type = String, format = DateTime)]
    last_at: Timestamp,
}

impl From<Stored> for Overview {
    fn from(stored: Stored) -> Self {
        Overview {
            databases: stored.databases.into_iter().map(database).collect(),
            days: days(stored.days),
            resources: resources(stored.resources),
            jobs: stored.jobs.into_iter().map(job).collect(),
            dead_messages: stored
                .dead
                .into_iter()
                .map(|(database_id, count)| DeadMessages { database_id, count })
                .collect(),
            failing_hooks: stored.deliveries.into_iter().map(hook).collect(),
        }
    }
}

fn database(counted: DatabaseCounts) -> DatabaseGlance {
    DatabaseGlance {
        id: counted.id,
        name: counted.name,
        profiles: counted.profiles.into(),
    }
}

/// The counts, which come in order of days.
fn days(counted: Vec<(i64, String, i64)>) -> Vec<Day> {
    let mut days: Vec<(i64, Day)> = Vec::new();
    for (number, what, count) in counted {
        if days.last().is_none_or(|(last, _)| *last != number) {
            let written = beginning_of(number).to_string();
            let day = Day {
                day: written.chars().take_while(|c| *c != 'T').collect(),
                created: 0,
                deleted: 0,
                left: 0,
                events: BTreeMap::new(),
            };
            days.push((number, day));
        }
        let Some((_, day)) = days.last_mut() else {
            continue;
        };
        match what.as_str() {
            "created" => day.created = count,
            "deleted" => day.deleted = count,
            "left" => day.left = count,
            _ => {
                day.events.insert(what, count);
            }
        }
    }
    days.into_iter().map(|(_, day)| day).collect()
}

fn resources(counted: Vec<ResourceCount>) -> Vec<ResourceGlance> {
    let mut resources: BTreeMap<ResourceId, ResourceGlance> = BTreeMap::new();
    for one in counted {
        let resource = resources.entry(one.id).or_insert_with(|| ResourceGlance {
            id: one.id,
            name: one.name,
            channels: BTreeMap::new(),
        });
        let channel = resource.channels.entry(one.channel.as_str()).or_default();
        channel.insert(one.status.as_str(), one.count);
    }
    resources.into_values().collect()
}

fn job(glance: JobGlance) -> JobAtWork {
    JobAtWork {
        id: glance.id,
        kind: glance.kind.as_str(),
        database_id: glance.database,
        name: glance.name,
        state: glance.state.as_str(),
        started_by: glance.actor,
        created_at: glance.created_at,
        ended_at: glance.ended_at,
        phase: glance.phase,
        done: glance.done,
        total: glance.total,
        failed: glance.failed,
    }
}

fn hook(failed: FailedDeliveries) -> FailingHook {
    FailingHook {
        id: failed.hook,
        database_id: failed.database,
        name: failed.name,
        count: failed.count,
        last_at: failed.last,
    }
}
