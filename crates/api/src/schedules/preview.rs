//! `POST /v1/databases/{db}/schedules/preview`

use super::connector;
use super::host_clients::HostClients;
use crate::imports::settings::saved_settings;
use crate::imports::start::{may_relate, unreadable};
use crate::reach::{Reach, in_time};
use roster_http::{Call, Problem, Reply, kinds, route};
use roster_jobs::JobError;
use roster_jobs::import::{self, UploadWriter};
use roster_jobs::schedule::{World, connect, needs_column, saved_name};
use roster_model::read::{Members, any};
use roster_model::schedule::{Source, TableSource};
use roster_model::{Code, Invalid, Timestamp};
use roster_source::{Bounds, Page, SourceError, Table};
use roster_store::connectors::ConnectorRow;
use roster_store::jobs::{self, NewJob, Progress, State};
use serde_json::{Value, json};
use std::time::Duration;

/// How many rows are looked at.
const ROWS: u32 = 1000;

/// How long the database may take for them.
const LONGEST: Duration = Duration::from_secs(30);

/// What a schedule would read.
#[derive(utoipa::ToSchema)]
#[schema(example = json!({"source": {"connector": "1", "table": "customers", "key": "id"}}))]
#[allow(dead_code, reason = "describes the body")]
pub(crate) struct PreviewRequest {
    /// The source: `{connector, table or query, key, watermark}`.
    #[schema(value_type = Object)]
    source: Value,
    /// How its rows would be imported; without it, that is proposed.
    #[schema(value_type = Option<Object>)]
    settings: Option<Value>,
}

/// Looks at the first rows of a table or a query without writing anything: what its columns may
/// be, and what would become of the rows.
#[route(
    post, "/v1/databases/{db}/schedules/preview", ImportsWrite, id = "previewSchedule",
    body = PreviewRequest,
    answer = crate::imports::openapi::preview::ImportPreview,
)]
pub(crate) async fn preview(call: Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    let asked: Value = call.json()?;
    let mut members = Members::of(&asked)?;
    members.optional("source", any);
    members.optional("settings", any);
    members.finish()?;
    let source = asked.get("source").unwrap_or(&Value::Null);
    let source = Source::parse(source, None).map_err(|wrong| -> Vec<Invalid> {
        wrong.into_iter().map(|one| one.at("source")).collect()
    })?;
    let Source::Table(source) = source else {
        let detail =
            "Only tables and queries are looked at here: upload the file, and look at that.";
        return Err(Invalid::new(Code::NotSupported, detail).at("source").into());
    };
    let given = asked.get("settings").filter(|given| !given.is_null());
    let given = match given {
        None => None,
        Some(given) => Some(match saved_name(given) {
            Some(name) => saved_settings(&call, database, name).await?,
            None => given.clone(),
        }),
    };
    call.catalogue.forget(database);
    let definitions = call.definitions(database).await?;
    if let Some(given) = &given
        && let Ok((_, read)) = import::settings(given, &definitions.schema())
    {
        // A dry run would say whether somebody is there.
        may_relate(&call, read.related(&definitions.schema()))?;
    }
    let found = connector(&call, call.pool, &source).await?;
    let reach = Reach::of_variables().await?;
    let reading = read(reach.world(), &found, &source, given.as_ref());
    let page = in_time(LONGEST, Code::TooSlow, reading).await;
    let page = page.map_err(|error| {
        Problem::new(kinds::UNREADABLE_SOURCE, error.detail).with("reason", error.code.as_str())
    })?;
    if page.rows.is_empty() {
        return Err(Problem::new(kinds::EMPTY_FILE, "The source has no rows."));
    }
    let name = format!("{}.jsonl", source.rows.title());
    let new = NewJob {
        kind: jobs::Kind::Import,
        database,
        state: State::Uploading,
        name: &name,
        actor: &call.caller.actor,
        speaks_for_all: false,
        interface: call.caller.interface(),
        at: call.now,
        settings: &json!({}),
        progress: &Progress::default(),
        // Should it be left behind, it is gone soon.
        expires_at: Some(Timestamp::from_ms(call.now.ms().saturating_add(600_000))),
    };
    let sql = call.pool.lend().await?;
    let job = jobs::create(&sql, &new).await?;
    let looking = async {
        let mut file = UploadWriter::new(&sql, job, 0);
        for row in &page.rows {
            file.take(row.line.as_bytes()).await?;
            file.take(b"\n").await?;
        }
        file.end(&name).await?;
        let file = serde_json::from_value(json!({ "format": "json_lines" }));
        let file = file.unwrap_or_default();
        import::preview(&sql, job, &file, given.as_ref(), &definitions, call.now).await
    };
    let seen = looking.await;
    if matches!(seen, Err(JobError::Store(_))) {
        // It may be in the middle of a transaction. What it made is forgotten when it expires.
        sql.discard();
    } else {
        // Whatever the file was like, nothing of it stays.
        let _ = jobs::forget(&sql, job).await;
    }
    Ok(Reply::ok(&seen.map_err(unreadable)?))
}

/// The first rows of a source.
async fn read(
    world: World<'_, HostClients>,
    found: &ConnectorRow,
    source: &TableSource,
    given: Option<&Value>,
) -> Result<Page, SourceError> {
    let connection = connect(&world, found).await?;
    // What can't be read is left out, unless somebody asks for it.
    let needs = |column: &str| given.is_some_and(|given| needs_column(given, column));
    let table = Table::describe(&connection, found.connector.settings.kind, source, needs).await?;
    table.check_key(&connection, &Bounds::default()).await?;
    table.ceiling(&connection).await?;
    table.first(&connection, ROWS).await
}
