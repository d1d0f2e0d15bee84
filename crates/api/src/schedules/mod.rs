//! Scheduled imports: `/v1/databases/{db}/schedules`

pub(crate) mod cancel;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod host_clients;
pub(crate) mod list;
pub(crate) mod preview;
pub(crate) mod run;
pub(crate) mod runs;
mod sealed;
pub(crate) mod shape;
pub(crate) mod update;

use crate::imports::settings::saved_settings;
use crate::imports::start::may_relate;
use crate::reach::Reach;
use roster_http::{Call, Problem, Scope, Table};
use roster_jobs::import;
use roster_jobs::schedule::saved_name;
use roster_model::Code;
use roster_model::import::SegmentChoice;
use roster_model::schedule::{ScheduleSettings, Source, TableSource};
use roster_model::{DatabaseId, Invalid};
use roster_store::Sql;
use roster_store::connectors::{self, ConnectorRow};
use roster_store::schedules::{self, Schedule};

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "schedules",
    about: "Files and rows of other databases that are imported by a plan",
    routes: &[
        list::list,
        create::create,
        preview::preview,
        get::get,
        update::update,
        delete::delete,
        run::run,
        runs::list,
        cancel::cancel,
    ],
};

/// The most schedules that one database has.
const MOST: i64 = 1000;

/// The schedule that the path names.
async fn found(call: &Call) -> Result<Schedule, Problem> {
    let database = call.database()?;
    let missing = || Problem::not_found("schedule");
    let id = call.id("id", "schedule")?;
    let found = schedules::get(call.pool, id).await?;
    found
        .filter(|schedule| schedule.database == database)
        .ok_or_else(missing)
}

/// The connector of a source, if the caller may use it: its rows are shown to those who read
/// the profiles.
pub(crate) async fn connector(
    call: &Call,
    sql: &impl Sql,
    source: &TableSource,
) -> Result<ConnectorRow, Problem> {
    call.caller.require(Scope::ConnectorsRead)?;
    let found = connectors::get(sql, source.connector).await?;
    found.ok_or_else(|| {
        let detail = format!("There is no connector {}.", source.connector);
        let invalid = Invalid::new(Code::UnknownConnector, detail);
        Problem::from(invalid.at("connector").at("source"))
    })
}

/// Refuses a schedule that could not do what it says: its host is not allowed, its connector not
/// there, or the settings of its imports don't fit the database.
async fn check(
    call: &Call,
    database: DatabaseId,
    chosen: &ScheduleSettings,
) -> Result<(), Problem> {
    let reach = Reach::of_variables().await?;
    match &chosen.source {
        Source::File(file) => {
            let allowed = reach.hosts.check(&file.url);
            allowed.map_err(|invalid| invalid.at("url").at("source"))?;
        }
        Source::Table(table) => {
            let found = connector(call, call.pool, table).await?;
            let allowed = reach.databases.check_connector(&found.connector.settings);
            allowed.map_err(|invalid| invalid.at("connector").at("source"))?;
            if chosen
                .settings
                .get("file")
                .is_some_and(|file| !file.is_null())
            {
                let detail = "There is no file: rows of a table are read as they are.";
                let invalid = Invalid::new(Code::NotSupported, detail);
                return Err(invalid.at("file").at("settings").into());
            }
        }
    }
    let settings = match saved_name(&chosen.settings) {
        // They may change until they are used; what they are now says most.
        Some(name) => saved_settings(call, database, name).await?,
        None => chosen.settings.clone(),
    };
    let read = call.by_definitions(database, |known| {
        let read = import::settings(&settings, &known.schema());
        let in_settings = |all: Vec<Invalid>| -> Vec<Invalid> {
            all.into_iter().map(|e| e.at("settings")).collect()
        };
        let read = read.map_err(in_settings)?.1;
        let related = read.related(&known.schema());
        Ok::<_, Vec<Invalid>>((read.segment, related))
    });
    let (segment, related) = read.await?;
    may_relate(call, related)?;
    if let Some(goal) = segment
        && matches!(goal.segment, SegmentChoice::Create(_))
    {
        let detail = "A schedule puts profiles into a segment that is there, the same each time: give its id.";
        let invalid = Invalid::new(Code::NotSupported, detail).at("create");
        return Err(invalid.at("segment").at("settings").into());
    }
    Ok(())
}
