//! The control group of a database: its settings, the set in force and the one that is
//! being drawn. The functions that write are parts of a transaction, but for the steps of a
//! draw, which are one statement each ([`draw`]).

mod draw;
mod report;

pub use draw::{DrawSlice, DrawStep, Drawer, given_up, step};
pub use report::{EventFigures, EventSlice, Period, Sizes, events, sizes};

use roster_model::control::{
    ControlGroup, ControlGroupSettings, ControlSecret, ControlSet, Draw, Rule, StoredRule,
};
use roster_model::history::{Change, Noun};
use roster_model::write::Schema;
use roster_model::{ControlSetId, Database, DatabaseId, JobId, ProfileId, Timestamp};
use serde_json::Value;

use crate::catalogue::Author;
use crate::define::Subject;
use crate::idempotency::unhex;
use crate::jobs::{self, Kind, NewJob, Progress, State};
use crate::packed::corrupt;
use crate::{Cell, Error, Row, Sql};

/// How many rotations are begun at once.
const ROTATIONS: i64 = 20;

/// A control group as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct ControlGroupRow {
    /// Its database.
    pub database: DatabaseId,
    /// Counts its changes from 1.
    pub revision: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// What was chosen for it.
    pub settings: ControlGroupSettings,
    /// Counts how often all were drawn again, from 1.
    pub generation: i64,
    /// Since when it has this generation.
    pub generation_at: Timestamp,
    /// When all are drawn again the next time.
    pub next_rotation_at: Option<Timestamp>,
    /// The set in force.
    pub current: Option<CurrentSet>,
    /// The set that is being drawn.
    pub next: Option<NextSet>,
}

/// The set in force.
#[derive(Clone, Debug, PartialEq)]
pub struct CurrentSet {
    /// Its id.
    pub id: ControlSetId,
    /// How many are in.
    pub members: i64,
    /// By what they were drawn.
    pub rule: StoredRule,
    /// With which lots.
    pub generation: i64,
}

/// A set that is being drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct NextSet {
    /// Its id.
    pub id: ControlSetId,
    /// By what people are drawn.
    pub rule: StoredRule,
    /// The job that does it.
    pub job: JobId,
    /// Where that stands; none if it is gone.
    pub state: Option<State>,
    /// How far it is.
    pub progress: Progress,
    /// Why it failed.
    pub problem: Option<Value>,
}

impl NextSet {
    /// Whether the job won't go on by itself.
    #[must_use]
    pub fn is_stuck(&self) -> bool {
        self.state.is_none_or(State::is_over)
    }
}

/// The control group of a database, if it has one.
///
/// # Errors
/// As [`Sql::query`].
pub async fn get(sql: &impl Sql, database: DatabaseId) -> Result<Option<ControlGroupRow>, Error> {
    let parameters = vec![Cell::Integer(database.get())];
    let rows = sql
        .query(include_str!("sql/control/get.sql"), parameters)
        .await?;
    rows.into_iter()
        .next()
        .map(|row| read(database, row))
        .transpose()
}

fn read(database: DatabaseId, mut row: Row) -> Result<ControlGroupRow, Error> {
    let json = |text: String| serde_json::from_str::<Value>(&text).map_err(corrupt);
    let set = |number: i64| ControlSetId::new(number).ok_or_else(|| corrupt("a set's id"));
    let current = match row.optional_text(10)? {
        Some(text) => {
            let (members, rule, generation) = serde_json::from_str(&text).map_err(corrupt)?;
            Some(CurrentSet {
                id: set(row.integer(7)?)?,
                members,
                rule,
                generation,
            })
        }
        None => None,
    };
    let next = match (row.optional_integer(8)?, row.optional_text(11)?) {
        (Some(id), Some(rule)) => {
            let (state, progress, problem) = match row.optional_text(12)? {
                Some(text) => {
                    let (state, progress, problem): (String, Progress, Option<Value>) =
                        serde_json::from_str(&text).map_err(corrupt)?;
                    (State::parse(&state), progress, problem)
                }
                None => (None, Progress::default(), None),
            };
            let job = row.optional_integer(9)?.and_then(JobId::new);
            Some(NextSet {
                id: set(id)?,
                rule: serde_json::from_value(json(rule)?).map_err(corrupt)?,
                job: job.ok_or_else(|| corrupt("a draw without a job"))?,
                state,
                progress,
                problem,
            })
        }
        _ => None,
    };
    Ok(ControlGroupRow {
        database,
        revision: row.integer(0)?,
        created_at: Timestamp::from_ms(row.integer(1)?),
        updated_at: Timestamp::from_ms(row.integer(2)?),
        settings: serde_json::from_str(&row.text(3)?).map_err(corrupt)?,
        generation: row.integer(4)?,
        generation_at: Timestamp::from_ms(row.integer(5)?),
        next_rotation_at: row.optional_integer(6)?.map(Timestamp::from_ms),
        current,
        next,
    })
}

/// The settings of the group, if a set of it is in force: what keeps messages back.
///
/// # Errors
/// As [`Sql::query`].
pub async fn in_force(
    sql: &impl Sql,
    database: DatabaseId,
) -> Result<Option<ControlGroupSettings>, Error> {
    let parameters = vec![Cell::Integer(database.get())];
    let mut rows = sql
        .query(include_str!("sql/control/in_force.sql"), parameters)
        .await?;
    match rows.first_mut() {
        Some(row) => serde_json::from_str(&row.text(0)?)
            .map_err(corrupt)
            .map(Some),
        None => Ok(None),
    }
}

/// By what people are drawn, as the catalogue has it:
/// `[secret, [[set, generation, rule, whether it is in force], …]]`.
pub(crate) fn packed(text: &str, schema: &Schema) -> Result<ControlGroup, Error> {
    let (secret, sets): (String, Vec<(i64, i64, StoredRule, i64)>) =
        serde_json::from_str(text).map_err(corrupt)?;
    let secret = unhex(&secret).and_then(|bytes| bytes.try_into().ok());
    let secret = secret.ok_or_else(|| corrupt("a secret"))?;
    let sets = sets.into_iter().map(|(id, generation, rule, is_in_force)| {
        Ok(ControlSet {
            id: ControlSetId::new(id).ok_or_else(|| corrupt("a set's id"))?,
            generation,
            is_in_force: is_in_force != 0,
            // What it asks for may have gone since: then nobody is drawn.
            rule: Rule::read(&rule, schema).ok(),
        })
    });
    Ok(ControlGroup {
        secret: ControlSecret(secret),
        sets: sets.collect::<Result<_, Error>>()?,
    })
}

fn subject(database: DatabaseId) -> Subject {
    Subject::of_database(Noun::ControlGroup, database, database)
}

/// Gives a database a control group, or its group other settings, and has people drawn
/// where these ask for it.
///
/// # Errors
/// As [`Sql::query`].
pub async fn put(
    sql: &impl Sql,
    database: &Database,
    before: Option<ControlGroupRow>,
    settings: &ControlGroupSettings,
    author: &Author<'_>,
) -> Result<(), Error> {
    let (id, at) = (database.id, author.at);
    let rotation = |after| settings.rotation.next(after, &database.time_zone);
    let Some(before) = before else {
        let parameters = vec![
            Cell::Integer(id.get()),
            Cell::Integer(at.ms()),
            Cell::Text(crate::json(settings)?),
            Cell::from(rotation(at).map(Timestamp::ms)),
        ];
        sql.query(include_str!("sql/control/create.sql"), parameters)
            .await?;
        subject(id).created(sql, settings, author).await?;
        let mut made = get(sql, id)
            .await?
            .ok_or_else(|| corrupt("no control group"))?;
        if settings.enabled {
            begin(sql, &mut made, None, author).await?;
            save(sql, &made, 0, at).await?;
        }
        return Ok(());
    };
    let mut after = before.clone();
    after.settings = settings.clone();
    if before.settings.rotation != settings.rotation {
        after.next_rotation_at = rotation(at);
    }
    let rule = settings.rule();
    if !settings.enabled {
        give_up(sql, &mut after, at).await?;
        if let Some(current) = after.current.take() {
            end(sql, current.id, at).await?;
        }
    } else if let Some(next) = &after.next
        && !next.is_stuck()
        && next.rule == rule
    {
        // It is being drawn already.
    } else {
        let current = after.current.as_ref();
        let base = current
            .filter(|set| set.generation == after.generation)
            .cloned();
        let is_right = base.as_ref().is_some_and(|set| set.rule == rule);
        give_up(sql, &mut after, at).await?;
        if !is_right {
            begin(sql, &mut after, base.as_ref(), author).await?;
        }
    }
    save(sql, &after, 1, at).await?;
    let (before, after) = (&before.settings, settings);
    subject(id).updated(sql, before, after, [], author).await
}

/// Draws all again in one database, if it is time to and nothing else is being drawn there;
/// false if not.
///
/// # Errors
/// As [`Sql::query`].
pub async fn rotate(
    sql: &impl Sql,
    database: &Database,
    author: &Author<'_>,
) -> Result<bool, Error> {
    let Some(before) = get(sql, database.id).await? else {
        return Ok(false);
    };
    let is_due = before.next_rotation_at.is_some_and(|due| due <= author.at);
    if !is_due || before.next.is_some() || before.current.is_none() {
        return Ok(false);
    }
    let mut after = before.clone();
    after.generation += 1;
    after.generation_at = author.at;
    after.next_rotation_at = before
        .settings
        .rotation
        .next(author.at, &database.time_zone);
    begin(sql, &mut after, None, author).await?;
    save(sql, &after, 1, author.at).await?;
    let change = Change {
        field: format!("{}/generation", Noun::ControlGroup.path(database.id)),
        before: before.generation.into(),
        after: after.generation.into(),
    };
    // Its path stands in front of it already.
    crate::catalogue::changed(
        sql,
        crate::catalogue::Target::Database(database.id),
        "control_group.updated",
        &[change],
        author,
    )
    .await?;
    Ok(true)
}

/// The databases where it is time to draw all again.
///
/// # Errors
/// As [`Sql::query`].
pub async fn due(sql: &impl Sql, at: Timestamp) -> Result<Vec<DatabaseId>, Error> {
    let parameters = vec![Cell::Integer(at.ms()), Cell::Integer(ROTATIONS)];
    let mut rows = sql
        .query(include_str!("sql/control/due.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    serde_json::from_str(&row.text(0)?).map_err(corrupt)
}

/// Begins to draw another set.
async fn begin(
    sql: &impl Sql,
    group: &mut ControlGroupRow,
    base: Option<&CurrentSet>,
    author: &Author<'_>,
) -> Result<(), Error> {
    let rule = group.settings.rule();
    let parameters = vec![
        Cell::Integer(group.database.get()),
        Cell::Integer(group.generation),
        Cell::Text(crate::json(&rule)?),
    ];
    let rows = sql
        .query(include_str!("sql/control/create_set.sql"), parameters)
        .await?;
    let id = rows.first().ok_or_else(|| corrupt("no set"))?.integer(0)?;
    let id = ControlSetId::new(id).ok_or_else(|| corrupt("a set's id"))?;
    let draw = base.and_then(|base| Draw::between(&base.rule, &rule, base.id, id));
    let draw = draw.unwrap_or_else(|| Draw::from_nobody(id));
    let progress = Progress::default();
    let job = jobs::create(
        sql,
        &NewJob {
            kind: Kind::ControlDraw,
            database: group.database,
            state: State::Queued,
            name: "",
            actor: author.actor,
            speaks_for_all: false,
            interface: author.interface,
            at: author.at,
            settings: &serde_json::to_value(draw).map_err(corrupt)?,
            progress: &progress,
            expires_at: None,
        },
    )
    .await?;
    group.next = Some(NextSet {
        id,
        rule,
        job,
        state: Some(State::Queued),
        progress,
        problem: None,
    });
    Ok(())
}

/// Gives up the set that is being drawn, if one is.
async fn give_up(sql: &impl Sql, group: &mut ControlGroupRow, at: Timestamp) -> Result<(), Error> {
    let Some(next) = group.next.take() else {
        return Ok(());
    };
    let from = [State::Queued, State::Running, State::Paused];
    let until = Timestamp::from_ms(at.ms().saturating_add(jobs::KEPT_MS));
    jobs::turn(sql, next.job, &from, State::Cancelled, at, Some(until)).await?;
    end(sql, next.id, at).await
}

async fn end(sql: &impl Sql, set: ControlSetId, at: Timestamp) -> Result<(), Error> {
    let parameters = vec![Cell::Integer(set.get()), Cell::Integer(at.ms())];
    sql.query(include_str!("sql/control/end_set.sql"), parameters)
        .await?;
    Ok(())
}

async fn save(
    sql: &impl Sql,
    group: &ControlGroupRow,
    changes: i64,
    at: Timestamp,
) -> Result<(), Error> {
    let next = group.next.as_ref();
    let parameters = vec![
        Cell::Integer(group.database.get()),
        Cell::Integer(at.ms()),
        Cell::Text(crate::json(&group.settings)?),
        Cell::Integer(group.generation),
        Cell::Integer(group.generation_at.ms()),
        Cell::from(group.next_rotation_at.map(Timestamp::ms)),
        Cell::Integer(group.current.as_ref().map_or(0, |set| set.id.get())),
        Cell::from(next.map(|set| set.id.get())),
        Cell::Integer(changes),
        Cell::from(next.map(|set| set.job.get())),
    ];
    let rows = sql
        .query(include_str!("sql/control/update.sql"), parameters)
        .await?;
    match rows.is_empty() {
        true => Err(corrupt("a control group has gone inside a transaction")),
        false => Ok(()),
    }
}

/// Deletes the group with all that is known of who was in it.
///
/// # Errors
/// As [`Sql::query`].
pub async fn delete(
    sql: &impl Sql,
    mut group: ControlGroupRow,
    author: &Author<'_>,
) -> Result<(), Error> {
    give_up(sql, &mut group, author.at).await?;
    for statement in [
        include_str!("sql/control/wipe_members.sql"),
        include_str!("sql/control/wipe_overrides.sql"),
        include_str!("sql/control/delete_sets.sql"),
        include_str!("sql/control/delete.sql"),
    ] {
        let parameters = vec![Cell::Integer(group.database.get())];
        sql.query(statement, parameters).await?;
    }
    subject(group.database)
        .deleted(sql, &group.settings, author)
        .await
}

/// All profiles of a database go: nobody is in its group, and what was being drawn is whole.
pub(crate) async fn wipe(sql: &impl Sql, database: DatabaseId, at: Timestamp) -> Result<(), Error> {
    let id = || Cell::Integer(database.get());
    let at = || Cell::Integer(at.ms());
    for (statement, parameters) in [
        (include_str!("sql/control/wipe_members.sql"), vec![id()]),
        (include_str!("sql/control/wipe_overrides.sql"), vec![id()]),
        (
            include_str!("sql/control/end_current.sql"),
            vec![id(), at()],
        ),
        (include_str!("sql/control/start_next.sql"), vec![id(), at()]),
        (include_str!("sql/control/take_over.sql"), vec![id()]),
    ] {
        sql.query(statement, parameters).await?;
    }
    crate::catalogue::bump(sql).await?;
    Ok(())
}

/// What is known of one profile and the control group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ControlRecord {
    /// From when to when it was in, newest first.
    pub stays: Vec<(Timestamp, Option<Timestamp>)>,
    /// What was done by hand: whether it was put in, why, by whom, and when.
    pub by_hand: Option<(bool, String, String, Timestamp)>,
}

/// When a profile was in the control group, and what was done by hand.
///
/// # Errors
/// As [`Sql::query`].
pub async fn of_profile(
    sql: &impl Sql,
    database: DatabaseId,
    profile: ProfileId,
) -> Result<ControlRecord, Error> {
    let parameters = vec![Cell::Integer(database.get()), Cell::Integer(profile.pk())];
    let mut rows = sql
        .query(include_str!("sql/control/of_profile.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let stays: Vec<(i64, Option<i64>)> = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    let stays = stays.into_iter();
    let by_hand = match row.optional_text(1)? {
        Some(text) => {
            let (is_in, reason, actor, at): (i64, String, String, i64) =
                serde_json::from_str(&text).map_err(corrupt)?;
            Some((is_in != 0, reason, actor, Timestamp::from_ms(at)))
        }
        None => None,
    };
    Ok(ControlRecord {
        stays: stays
            .map(|(from, to)| (Timestamp::from_ms(from), to.map(Timestamp::from_ms)))
            .collect(),
        by_hand,
    })
}
