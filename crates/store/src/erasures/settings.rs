//! Settings that name a person: conditions, values and constants in the settings of jobs,
//! in those saved for imports, in those of schedules, in saved views, in segments, in what the control
//! group excludes, and in the history
//! of these.
//!
//! A text that names the person is masked. A job that goes on is listed instead: masking
//! its settings would change what it does.

use roster_model::erasure::{MASK, Person};
use roster_model::history::Noun;
use roster_model::{Database, DatabaseId, Timestamp};
use serde::Serialize;
use serde_json::Value;

use super::{BYTES, ErasureReport, ROWS, UnfinishedJob, packed};
use crate::jobs::{Kind, State};
use crate::packed::corrupt;
use crate::{Cell, Error, Sql, catalogue};

/// How often something may be changed by others while it is masked.
const TRIES: usize = 5;

/// Settings in use in which a text was masked, for somebody to look at: they mean
/// something else now, or are refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MaskedSettings {
    /// The database.
    pub database_id: DatabaseId,
    /// `import_settings`, `schedule`, `view`, `segment` or `control_group`.
    pub kind: &'static str,
    /// The name of the settings; the id of anything else, of the database for a control group.
    pub id: String,
}

/// Some rows, and the last that was looked at, after which others may come.
type Slice<T, K> = (Vec<T>, Option<K>);

/// A job: id, state, name, settings, progress, problem.
type JobRow = (i64, String, String, Value, Value, Value);

/// A walk over rows that others may change meanwhile: a slice in which somebody was
/// faster is looked at again.
struct Walk<K> {
    after: K,
    tries: usize,
}

impl<K> Walk<K> {
    fn from(after: K) -> Self {
        Walk { after, tries: 0 }
    }

    /// Goes to the next slice, or to the same one if a row was `lost` to somebody.
    /// False at the end.
    fn goes_on(&mut self, last: Option<K>, lost: bool) -> bool {
        self.tries += 1;
        if lost && self.tries < TRIES {
            return true;
        }
        let Some(last) = last else {
            return false;
        };
        *self = Walk::from(last);
        true
    }
}

/// Masks a person in all settings; jobs that go on are listed in `forgotten`.
pub(super) async fn mask(
    sql: &impl Sql,
    database: &Database,
    person: &Person,
    at: Timestamp,
    forgotten: &mut ErasureReport,
) -> Result<(), Error> {
    for kind in Kind::ALL {
        mask_jobs(sql, kind, database, person, forgotten).await?;
    }
    mask_settings(sql, database, person, at, forgotten).await?;
    mask_schedules(sql, database, person, at, forgotten).await?;
    mask_definitions(sql, database, person, at, forgotten).await?;
    mask_segments(sql, database, person, at, forgotten).await?;
    mask_control(sql, database, person, at, forgotten).await?;
    // Last: what is written from now on has the masked settings before it.
    mask_history(sql, database, person).await
}

fn bounds() -> [Cell; 2] {
    [Cell::Integer(ROWS), Cell::Integer(BYTES)]
}

async fn mask_jobs(
    sql: &impl Sql,
    kind: Kind,
    database: &Database,
    person: &Person,
    forgotten: &mut ErasureReport,
) -> Result<(), Error> {
    let region = database.region;
    let mut after = 0;
    loop {
        let mut parameters = vec![
            Cell::Integer(database.id.get()),
            Cell::from(kind.as_str()),
            Cell::Integer(after),
        ];
        parameters.extend(bounds());
        let statement = include_str!("../sql/erasures/jobs_asked.sql");
        let (jobs, last): Slice<JobRow, i64> = packed(sql, statement, parameters).await?;
        for (id, state, mut name, mut settings, mut progress, mut problem) in jobs {
            let mut named = person.is_in_name(&name, region);
            if named {
                MASK.clone_into(&mut name);
            }
            named |= person.mask(&mut settings, region);
            named |= person.mask(&mut problem, region);
            // Names of columns are texts of a file; the rest of it are places in it.
            let columns = progress.pointer_mut("/at/columns");
            named |= columns.is_some_and(|columns| person.mask(columns, region));
            if !named {
                continue;
            }
            if !State::ALL
                .into_iter()
                .any(|one| one.is_over() && one.as_str() == state)
            {
                forgotten.go_on(UnfinishedJob {
                    database_id: database.id,
                    id: id.to_string(),
                    kind: kind.as_str().to_owned(),
                    name,
                    state,
                });
                continue;
            }
            let problem = match problem {
                Value::Null => Cell::Null,
                problem => Cell::Text(crate::json(&problem)?),
            };
            let parameters = vec![
                Cell::Integer(id),
                Cell::Text(name),
                Cell::Text(crate::json(&settings)?),
                Cell::Text(crate::json(&progress)?),
                problem,
            ];
            sql.query(include_str!("../sql/erasures/mask_job.sql"), parameters)
                .await?;
        }
        match last {
            Some(last) => after = last,
            None => return Ok(()),
        }
    }
}

async fn mask_settings(
    sql: &impl Sql,
    database: &Database,
    person: &Person,
    at: Timestamp,
    forgotten: &mut ErasureReport,
) -> Result<(), Error> {
    let mut walk = Walk::from(String::new());
    loop {
        let mut parameters = vec![
            Cell::Integer(database.id.get()),
            Cell::from(walk.after.as_str()),
        ];
        parameters.extend(bounds());
        let statement = include_str!("../sql/erasures/settings_asked.sql");
        let (all, last): Slice<(String, i64, Value), String> =
            packed(sql, statement, parameters).await?;
        let mut lost = false;
        for (name, revision, mut settings) in all {
            if !person.mask(&mut settings, database.region) {
                continue;
            }
            let parameters = vec![
                Cell::Integer(database.id.get()),
                Cell::from(name.as_str()),
                Cell::Text(crate::json(&settings)?),
                Cell::Integer(revision),
                Cell::Integer(at.ms()),
            ];
            let statement = include_str!("../sql/erasures/mask_settings.sql");
            match sql.query(statement, parameters).await?.is_empty() {
                true => lost = true,
                false => forgotten.masked.push(MaskedSettings {
                    database_id: database.id,
                    kind: "import_settings",
                    id: name,
                }),
            }
        }
        if !walk.goes_on(last, lost) {
            return Ok(());
        }
    }
}

async fn mask_schedules(
    sql: &impl Sql,
    database: &Database,
    person: &Person,
    at: Timestamp,
    forgotten: &mut ErasureReport,
) -> Result<(), Error> {
    let mut walk = Walk::from(0);
    loop {
        let mut parameters = vec![Cell::Integer(database.id.get()), Cell::Integer(walk.after)];
        parameters.extend(bounds());
        let statement = include_str!("../sql/erasures/schedules_asked.sql");
        let (all, last): Slice<(i64, i64, Value), i64> = packed(sql, statement, parameters).await?;
        let mut lost = false;
        for (id, revision, mut definition) in all {
            mask_runs(sql, id, database, person).await?;
            // Where a file comes from is nobody's but the operator's.
            let settings = definition.get_mut("settings");
            if !settings.is_some_and(|settings| person.mask(settings, database.region)) {
                continue;
            }
            let statement = include_str!("../sql/erasures/mask_schedule.sql");
            match put_back(sql, statement, (id, revision), &definition, at).await? {
                false => lost = true,
                true => forgotten.masked.push(MaskedSettings {
                    database_id: database.id,
                    kind: "schedule",
                    id: id.to_string(),
                }),
            }
        }
        if !walk.goes_on(last, lost) {
            return Ok(());
        }
    }
}

/// Writes masked settings in place of those of a revision; false if they are others now.
async fn put_back(
    sql: &impl Sql,
    statement: &str,
    (id, revision): (i64, i64),
    settings: &Value,
    at: Timestamp,
) -> Result<bool, Error> {
    let parameters = vec![
        Cell::Integer(id),
        Cell::Text(crate::json(settings)?),
        Cell::Integer(revision),
        Cell::Integer(at.ms()),
    ];
    Ok(!sql.query(statement, parameters).await?.is_empty())
}

/// Masks a person in definitions that have no table of their own, but for their names,
/// which are the operator's.
async fn mask_definitions(
    sql: &impl Sql,
    database: &Database,
    person: &Person,
    at: Timestamp,
    forgotten: &mut ErasureReport,
) -> Result<(), Error> {
    let mut walk = Walk::from(0);
    loop {
        let mut parameters = vec![Cell::Integer(database.id.get()), Cell::Integer(walk.after)];
        parameters.extend(bounds());
        let statement = include_str!("../sql/erasures/definitions_asked.sql");
        let (all, last): Slice<(i64, String, i64, Value), i64> =
            packed(sql, statement, parameters).await?;
        let mut lost = false;
        for (id, noun, revision, mut settings) in all {
            let mut is_named = false;
            let members = settings.as_object_mut().into_iter().flatten();
            for (_, member) in members.filter(|(name, _)| *name != "name") {
                is_named |= person.mask(member, database.region);
            }
            if !is_named {
                continue;
            }
            let noun: Noun = noun.parse().map_err(|_| corrupt("a noun"))?;
            let statement = include_str!("../sql/erasures/mask_definition.sql");
            match put_back(sql, statement, (id, revision), &settings, at).await? {
                false => lost = true,
                true => forgotten.masked.push(MaskedSettings {
                    database_id: database.id,
                    kind: noun.as_str(),
                    id: id.to_string(),
                }),
            }
        }
        if !walk.goes_on(last, lost) {
            return Ok(());
        }
    }
}

/// Masks a person in the conditions of segments, which instances remember.
async fn mask_segments(
    sql: &impl Sql,
    database: &Database,
    person: &Person,
    at: Timestamp,
    forgotten: &mut ErasureReport,
) -> Result<(), Error> {
    let mut walk = Walk::from(0);
    loop {
        let mut parameters = vec![Cell::Integer(database.id.get()), Cell::Integer(walk.after)];
        parameters.extend(bounds());
        let statement = include_str!("../sql/erasures/segments_asked.sql");
        let (all, last): Slice<(i64, i64, Value), i64> = packed(sql, statement, parameters).await?;
        let mut lost = false;
        for (id, revision, mut rule) in all {
            if !person.mask(&mut rule, database.region) {
                continue;
            }
            let statement = include_str!("../sql/erasures/mask_segment.sql");
            match put_back(sql, statement, (id, revision), &rule, at).await? {
                false => lost = true,
                true => {
                    catalogue::bump(sql).await?;
                    forgotten.masked.push(MaskedSettings {
                        database_id: database.id,
                        kind: "segment",
                        id: id.to_string(),
                    });
                }
            }
        }
        if !walk.goes_on(last, lost) {
            return Ok(());
        }
    }
}

/// Masks a person in what settings were before, and became.
async fn mask_history(sql: &impl Sql, database: &Database, person: &Person) -> Result<(), Error> {
    let mut after = 0;
    loop {
        let mut parameters = vec![Cell::Integer(database.id.get()), Cell::Integer(after)];
        parameters.extend(bounds());
        let statement = include_str!("../sql/erasures/history_asked.sql");
        let (entries, last): Slice<(i64, Value), i64> = packed(sql, statement, parameters).await?;
        for (id, mut changes) in entries {
            if person.mask(&mut changes, database.region) {
                let parameters = vec![Cell::Integer(id), Cell::Text(crate::json(&changes)?)];
                sql.query(include_str!("../sql/erasures/mask_history.sql"), parameters)
                    .await?;
            }
        }
        match last {
            Some(last) => after = last,
            None => return Ok(()),
        }
    }
}

/// Masks a person in the details of a schedule's runs.
async fn mask_runs(
    sql: &impl Sql,
    schedule: i64,
    database: &Database,
    person: &Person,
) -> Result<(), Error> {
    let mut after = 0;
    loop {
        let mut parameters = vec![Cell::Integer(schedule), Cell::Integer(after)];
        parameters.extend(bounds());
        let statement = include_str!("../sql/erasures/run_details.sql");
        let (runs, last): Slice<(i64, Value), i64> = packed(sql, statement, parameters).await?;
        for (id, mut detail) in runs {
            if person.mask(&mut detail, database.region) {
                let parameters = vec![Cell::Integer(id), Cell::Text(crate::json(&detail)?)];
                sql.query(include_str!("../sql/erasures/mask_run.sql"), parameters)
                    .await?;
            }
        }
        match last {
            Some(last) => after = last,
            None => return Ok(()),
        }
    }
}

/// Masks a person in what the control group excludes, and has everybody read it again.
async fn mask_control(
    sql: &impl Sql,
    database: &Database,
    person: &Person,
    at: Timestamp,
    forgotten: &mut ErasureReport,
) -> Result<(), Error> {
    type StoredSets = ((i64, Value), Vec<(i64, Value)>);
    for _ in 0..TRIES {
        let parameters = vec![Cell::Integer(database.id.get())];
        let statement = include_str!("../sql/erasures/control_asked.sql");
        let mut rows = sql.query(statement, parameters).await?;
        let Some(row) = rows.first_mut() else {
            return Ok(());
        };
        let ((revision, mut settings), rules): StoredSets =
            serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
        let mut is_named = false;
        for (set, mut rule) in rules {
            if person.mask(&mut rule, database.region) {
                is_named = true;
                let parameters = vec![Cell::Integer(set), Cell::Text(crate::json(&rule)?)];
                let statement = include_str!("../sql/erasures/mask_control_rule.sql");
                sql.query(statement, parameters).await?;
            }
        }
        let is_own = person.mask(&mut settings, database.region);
        if is_named || is_own {
            crate::catalogue::bump(sql).await?;
        }
        if !is_own {
            return Ok(());
        }
        let statement = include_str!("../sql/erasures/mask_control.sql");
        let of = (database.id.get(), revision);
        if put_back(sql, statement, of, &settings, at).await? {
            forgotten.masked.push(MaskedSettings {
                database_id: database.id,
                kind: Noun::ControlGroup.as_str(),
                id: database.id.to_string(),
            });
            return Ok(());
        }
    }
    Ok(())
}
