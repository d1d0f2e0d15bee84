//! The profiles that a bulk update did not change as asked, each with the reason.

use crate::report::JobReport;
use roster_http::{Call, Problem, Reply, route};
use roster_jobs::update::ProfileReport;
use roster_sheets::Cell;
use roster_store::jobs::{Kind, ReportRow};

/// The columns.
const COLUMNS: [&str; 5] = ["outcome", "profile", "code", "pointer", "reason"];

/// The profiles that were not changed as asked, as a CSV file.
#[route(
    get, "/v1/databases/{db}/updates/{id}/failed.csv", ImportsRead, id = "failedProfiles",
    query = crate::queries::ReportQuery,
    responses((status = 200, content_type = "text/csv", body = String)),
)]
pub(crate) async fn failed(call: Call) -> Result<Reply, Problem> {
    let outcomes = call.reported()?;
    let job = call.job(Kind::Update).await?;
    let report = JobReport {
        name: format!("update-{}-profiles.csv", job.id),
        job: job.id,
        outcomes,
        columns: &COLUMNS.map(str::to_owned),
        lines: |row, _| lines(row),
    };
    report.reply(call.pool)
}

/// A line for each reason.
fn lines(row: ReportRow) -> Result<Vec<Vec<Cell<'static>>>, Problem> {
    let entry: ProfileReport =
        serde_json::from_value(row.body).map_err(|error| Problem::internal(&error))?;
    let lines = entry.reasons.into_iter().map(|reason| {
        vec![
            Cell::from(row.outcome.clone()),
            Cell::from(entry.profile.clone()),
            Cell::from(reason.code),
            Cell::from(reason.pointer),
            Cell::from(reason.detail),
        ]
    });
    Ok(lines.collect())
}
