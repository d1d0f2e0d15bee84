//! Scheduled imports: `/v1/databases/{db}/schedules`

pub(crate) mod cancel;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod outside;
pub(crate) mod preview;
pub(crate) mod run;
pub(crate) mod runs;
mod sealed;
pub(crate) mod shape;
pub(crate) mod update;

use crate::imports::settings::saved_settings;
use crate::imports::start::may_relate;
use crate::sealing;
use futures_util::future::{Either, select};
use futures_util::stream::{FuturesUnordered, StreamExt};
use outside::Outside;
use roster_http::{Call, Problem, Scope, Table, now, variable};
use roster_jobs::import;
use roster_jobs::schedule::{self, Trouble, World, saved_name};
use roster_model::Code;
use roster_model::import::SegmentChoice;
use roster_model::schedule::{AllowedHosts, ScheduleSettings, Source, TableSource};
use roster_model::{DatabaseId, Invalid, Timestamp};
use roster_post::beside;
use roster_seal::Keyring;
use roster_store::Sql;
use roster_store::connectors::{self, ConnectorRow};
use roster_store::schedules::{self, Schedule};
use roster_store::spin::Pool;
use std::pin::pin;
use std::time::Duration;

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

/// What schedules may reach, by the variables, and what their secrets are opened with.
#[derive(Debug)]
pub(crate) struct Reach {
    hosts: AllowedHosts,
    pub(crate) databases: AllowedHosts,
    keys: Keyring,
}

impl Reach {
    /// As `import_hosts`, `sql_hosts` and `secrets_key` say.
    ///
    /// # Errors
    /// A variable that can't be read.
    pub(crate) async fn of_variables() -> Result<Self, Problem> {
        Ok(Reach {
            hosts: AllowedHosts::parse(&variable("import_hosts").await?),
            databases: AllowedHosts::of_databases(&variable("sql_hosts").await?),
            keys: sealing::opening().await?,
        })
    }

    /// The same for the work itself.
    pub(crate) fn world(&self) -> World<'_, Outside> {
        World {
            fetch: &Outside,
            hosts: &self.hosts,
            databases: &self.databases,
            keys: &self.keys,
            now: &now,
        }
    }
}

/// What a database gives, or trouble with this code if that takes longer.
pub(crate) async fn in_time<T>(
    limit: Duration,
    code: Code,
    work: impl Future<Output = Result<T, Trouble>>,
) -> Result<T, Trouble> {
    match select(pin!(work), pin!(spin_sdk::time::sleep(limit))).await {
        Either::Left((done, _)) => done,
        Either::Right(((), _)) => Err(Trouble {
            code,
            detail: format!("The database did not answer within {} s.", limit.as_secs()),
            again: true,
        }),
    }
}

/// How many files are fetched side by side.
const SIDE_BY_SIDE: usize = 8;

/// How long to wait between two looks at what is due, while files are fetched.
const PAUSE: Duration = Duration::from_secs(1);

/// Does what is due for schedules, and while files are being fetched what becomes
/// due meanwhile; begins to fetch no more after `last`. Gives how many runs began.
///
/// # Errors
/// The first trouble of several, after all are over.
pub(crate) async fn due(pool: &'static Pool, last: Timestamp) -> Result<i64, Problem> {
    let reach = Reach::of_variables().await?;
    let world = reach.world();
    let mut fetching = FuturesUnordered::new();
    let (mut begun, mut trouble) = (0, None);
    loop {
        if fetching.len() < SIDE_BY_SIDE && (fetching.is_empty() || now() < last) {
            // One that fetches may hold the connection that the look waits for.
            let look = schedule::look(pool, &world);
            let looked = beside(look, &mut fetching, |tried: Result<(), _>| {
                trouble = trouble.take().or(tried.err());
            });
            match looked.await {
                Ok((done, runs)) => {
                    begun += done.begun;
                    // The others stay due.
                    let room = SIDE_BY_SIDE - fetching.len();
                    for run in runs.into_iter().take(room) {
                        fetching.push(schedule::attempt(pool, &world, run));
                    }
                }
                Err(error) => trouble = trouble.or(Some(error)),
            }
        }
        if fetching.is_empty() {
            return trouble.map_or(Ok(begun), |error| Err(error.into()));
        }
        let pause = pin!(spin_sdk::time::sleep(PAUSE));
        if let Either::Left((Some(Err(error)), _)) = select(fetching.next(), pause).await {
            trouble = trouble.or(Some(error));
        }
        if fetching.is_empty() && now() >= last {
            return trouble.map_or(Ok(begun), |error| Err(error.into()));
        }
    }
}

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
