//! `GET /v1/databases/{db}/control-group/report`

use crate::control_group::shape::found;
use crate::exports::name::attachment;
use http::header::{self, HeaderValue};
use roster_http::{Call, Problem, Reply, kinds, route, whole_budget};
use roster_model::control::{Figures, Uplift};
use roster_model::{DatabaseId, Timestamp};
use roster_sheets::{Cell, Csv, Format, Options, Writer};
use roster_store::control::{self, EventFigures, Period, Sizes};
use roster_store::pace::Pace;
use serde::Serialize;

/// How many entries of the history the first slice looks at, and any of them at most.
const FIRST: i64 = 2_000;
const MOST: i64 = 50_000;

/// The most types of events that may be named.
const MAX_TYPES: usize = 100;

/// What those in the control group did in a period, and the rest.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ControlReport {
    /// The database.
    #[schema(value_type = String, example = "1")]
    database_id: DatabaseId,
    /// The first moment.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// The first moment after it.
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
    /// How many profiles there were on each side in that time; those who changed sides count
    /// on both.
    profiles: ReportSizes,
    /// By type of event.
    events: Vec<ReportEvent>,
}

/// How many profiles there were on each side.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ControlReportSizes)]
pub(crate) struct ReportSizes {
    /// In the control group.
    control: i64,
    /// Outside of it.
    rest: i64,
}

/// What happened of one type. Each event counts on the side where its profile was then.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ControlReportEvent)]
pub(crate) struct ReportEvent {
    /// The type.
    #[serde(rename = "type")]
    #[schema(example = "purchase")]
    name: String,
    /// In the control group.
    control: ReportSide,
    /// Outside of it.
    rest: ReportSide,
    /// How much more often the rest did it; `null` where one of the sides has nobody.
    uplift: Option<Uplift>,
}

/// What one side did.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ControlReportSide)]
pub(crate) struct ReportSide {
    #[serde(flatten)]
    figures: Figures,
    /// How many of the profiles did it, from 0 to 1; `null` where there are none.
    rate: Option<f64>,
}

impl ReportSide {
    fn new(figures: Figures, profiles: i64) -> Self {
        ReportSide {
            rate: (profiles > 0).then(|| figures.people as f64 / profiles as f64),
            figures,
        }
    }
}

/// What those in the control group did in a period and what the rest did, by type of event,
/// with the difference and how sure it is (an interval of 95 %, Newcombe's hybrid score).
#[route(
    get, "/v1/databases/{db}/control-group/report", ControlGroupsRead, id = "getControlGroupReport",
    query = crate::control_group::openapi::ControlReportQuery,
    responses((status = 200, content((ControlReport = "application/json"), (String = "text/csv")))),
)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    let is_csv = match call.query("format") {
        None | Some("json") => false,
        Some("csv") => true,
        Some(_) => {
            let detail = "format must be json or csv.";
            return Err(Problem::parameter("format", detail));
        }
    };
    let types: Vec<String> = call
        .query("event")
        .into_iter()
        .flat_map(|given| given.split(','))
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    if types.len() > MAX_TYPES {
        let detail = format!(
            "event names {} types: at most {MAX_TYPES} fit.",
            types.len()
        );
        return Err(Problem::parameter("event", detail));
    }
    let (from, to) = (call.time("from")?, call.time("to")?);
    let sql = call.pool.lend().await?;
    let group = found(&sql, database).await?;
    drop(sql);
    let period = Period {
        from: from.unwrap_or(group.created_at),
        // Nothing is known of what is to come.
        to: to.map_or(call.now, |to| to.min(call.now)),
    };
    if period.from >= period.to {
        let detail = "The period must begin before it ends, and before now: from lies below to.";
        return Err(Problem::parameter("from", detail));
    }
    let report = report(&call, database, period, &types).await?;
    match is_csv {
        true => csv(&report),
        false => Ok(Reply::ok(&report)),
    }
}

async fn report(
    call: &Call,
    database: DatabaseId,
    period: Period,
    types: &[String],
) -> Result<ControlReport, Problem> {
    let budget = whole_budget();
    let sql = call.pool.lend_slice().await?;
    let sizes = control::sizes(&sql, database, period).await?;
    drop(sql);
    let mut figures = EventFigures::default();
    figures.expect(types);
    let mut pace = Pace::new(FIRST, MOST);
    let mut after = Some(0);
    while let Some(from) = after {
        if budget.is_spent() {
            let detail = "The events of this period can't be counted in time: ask for fewer, or for a shorter time.";
            return Err(Problem::new(kinds::TOOK_TOO_LONG, detail));
        }
        let sql = call.pool.lend_slice().await?;
        let look = pace.rows();
        let slice = control::events(&sql, database, period, types, (from, look), &mut figures);
        after = pace.slice(slice).await?.next;
    }
    Ok(ControlReport {
        database_id: database,
        from: period.from,
        to: period.to,
        events: figures
            .figures()
            .map(|(name, control, rest)| event(name, control, rest, sizes))
            .collect(),
        profiles: ReportSizes {
            control: sizes.control,
            rest: sizes.rest,
        },
    })
}

fn event(name: &str, control: Figures, rest: Figures, sizes: Sizes) -> ReportEvent {
    ReportEvent {
        name: name.to_owned(),
        uplift: Uplift::of((rest.people, sizes.rest), (control.people, sizes.control)),
        control: ReportSide::new(control, sizes.control),
        rest: ReportSide::new(rest, sizes.rest),
    }
}

/// The columns of the report as CSV: a line for each type.
const COLUMNS: [&str; 17] = [
    "event",
    "control_profiles",
    "control_people",
    "control_events",
    "control_value",
    "control_rate",
    "rest_profiles",
    "rest_people",
    "rest_events",
    "rest_value",
    "rest_rate",
    "uplift",
    "relative_uplift",
    "interval_lower",
    "interval_upper",
    "smallest_uplift",
    "interval_method",
];

fn csv(report: &ControlReport) -> Result<Reply, Problem> {
    let broken = |error: roster_sheets::Error| Problem::internal(&error);
    let options = Options::new(Format::Csv(Csv::default()));
    let columns = COLUMNS.map(str::to_owned);
    let mut writer = Writer::begin(&options, &columns).map_err(broken)?;
    let number = |number: Option<f64>| number.map_or(Cell::Empty, Cell::Float);
    for event in &report.events {
        let side = |profiles: i64, side: &ReportSide| {
            [
                Cell::Integer(profiles),
                Cell::Integer(side.figures.people),
                Cell::Integer(side.figures.events),
                Cell::Float(side.figures.value),
                number(side.rate),
            ]
        };
        let uplift = event.uplift;
        let mut cells = vec![Cell::Text(event.name.as_str().into())];
        cells.extend(side(report.profiles.control, &event.control));
        cells.extend(side(report.profiles.rest, &event.rest));
        cells.extend([
            number(uplift.map(|one| one.absolute)),
            number(uplift.and_then(|one| one.relative)),
            number(uplift.map(|one| one.interval.lower)),
            number(uplift.map(|one| one.interval.upper)),
            number(uplift.and_then(|one| one.smallest)),
            Cell::Text("newcombe_hybrid_score_95".into()),
        ]);
        writer.row(&cells).map_err(broken)?;
    }
    let text = writer.finish().map_err(broken)?;
    Ok(Reply::new(text)
        .header(
            header::CONTENT_TYPE,
            HeaderValue::from_static(options.media_type()),
        )
        .header(header::CONTENT_DISPOSITION, attachment("control-group.csv")))
}
