//! Looks at how an import's file begins, without writing anything.

use super::chunk::{self, Chunk, Row};
use super::source::{self, Source};
use super::{RowReport, sample, settings};
use crate::JobError;
use roster_intake::{Content, Doubt, FileSettings, LineEnd, Position, Reading, Reason, Records};
use roster_model::Code;
use roster_model::import::{
    self, Columns, ImportSettings, Plan, Proposals, Question, propose, propose_without_ids,
    proposed_ids,
};
use roster_model::write::{Command, Refusal, Schema};
use roster_model::{Invalid, JobId, ProfileId, Timestamp};
use roster_store::catalogue::Definitions;
use roster_store::jobs::Counts;
use roster_store::profiles;
use roster_store::write::{Batch, BatchOutcome, ItemResult, run as write, run_locked};
use roster_store::{Error, Guard, Sql};
use serde::Serialize;
use serde_json::{Map, Value};
use std::sync::Arc;

/// How many rows are read and checked.
pub const ROWS: usize = 1000;

/// How many ids are looked up, to see whether they are of profiles here.
const IDS: usize = 100;

/// How many rows are shown.
const SHOWN: usize = 10;

/// How many rows that would fail are shown.
const FAILURES: usize = 50;

/// How many rows are checked with one statement.
const TOGETHER: usize = 500;

/// What there is to see of a file before it is imported.
#[derive(Debug, Serialize)]
pub struct Preview {
    /// The source that is shown: the file, or the first of an archive.
    pub name: String,
    /// The encoding that it has; none where only the end of a large file will
    /// tell.
    pub encoding: Option<String>,
    /// The sheets of a workbook, of which `file.sheet` chooses one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sheets: Vec<String>,
    /// How it would be read.
    pub reading: Reading,
    /// How its lines end.
    pub line_end: LineEnd,
    /// Why it would be read so.
    pub reasons: Vec<Reason>,
    /// What only a person can say.
    pub warnings: Vec<FileWarning>,
    /// The names of its columns; of JSON those of the first records' members.
    pub columns: Vec<String>,
    /// The first rows: arrays of cells, or records.
    pub rows: Vec<Value>,
    /// What the columns may be, and why. An import runs with the mapping that
    /// it is given, never by itself with this one.
    pub proposals: Proposals,
    /// What would become of the first rows.
    pub check: Check,
}

/// What is not sure about a file, and what it would be otherwise.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FileWarning {
    /// Stable name: `encoding_uncertain`.
    pub code: Code,
    /// A sentence for people.
    pub detail: String,
    /// The encoding that it would be read in, if one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// A line as it would be read, and as it would be in other encodings.
    #[serde(flatten)]
    pub doubt: Doubt,
}

impl FileWarning {
    fn of(encoding: Option<&str>, doubt: Option<&Doubt>) -> Vec<Self> {
        let warning = doubt.map(|doubt| FileWarning {
            code: Code::EncodingUncertain,
            detail: format!(
                "The letters fit {} hardly better than another encoding: look at the sample, and \
                 say file.encoding if it is wrong.",
                encoding.unwrap_or("this encoding")
            ),
            encoding: encoding.map(str::to_owned),
            doubt: doubt.clone(),
        });
        warning.into_iter().collect()
    }
}

/// What would become of the first rows.
#[derive(Debug, Serialize)]
pub struct Check {
    /// By which settings: `given` or `proposed`.
    pub by: &'static str,
    /// What is wrong with the settings themselves; then no row was checked.
    pub errors: Vec<Invalid>,
    /// How many rows there were, and how they would end.
    pub counts: Counts,
    /// The first of those that would not be applied as they are.
    pub failures: Vec<RowReport>,
    /// What only a person can answer, such as what blanks in a column of consent
    /// mean.
    pub questions: Vec<Question>,
}

/// Looks at the first source of an import.
///
/// # Errors
/// [`JobError::Failed`] when the file can't be read.
pub async fn preview(
    sql: &impl Sql,
    job: JobId,
    file: &FileSettings,
    given: Option<&Value>,
    definitions: &Arc<Definitions>,
    now: Timestamp,
) -> Result<Preview, JobError> {
    let (uploads, _) = source::all(sql, job).await?;
    let sample = sample::sample(sql, job, &uploads, file).await?;
    let warnings = FileWarning::of(sample.encoding.as_deref(), sample.doubt.as_ref());
    let detected = sample.detected;
    let (rows, mut columns) = read(&detected.reading, &sample.bytes, sample.whole);
    if columns.is_empty() {
        columns = members(&rows);
    }
    let schema = definitions.schema();
    let mut proposals = with_rows(&rows, |rows| propose(&columns, rows, &schema));
    let ids = with_rows(&rows, |rows| proposed_ids(&proposals, rows));
    if !ids.is_empty() && !has_one(sql, &ids, definitions).await? {
        proposals = with_rows(&rows, |rows| propose_without_ids(&columns, rows, &schema));
    }
    let shown = rows.iter().filter_map(|row| row.as_ref().ok());
    let shown = shown.take(SHOWN).map(|record| match &record.content {
        Content::Cells(cells) => cells.iter().collect(),
        Content::Object(object) => Value::Object(object.clone()),
    });
    let shown = shown.collect();
    let (by, asked) = match given {
        Some(given) => ("given", given),
        None => ("proposed", &proposals.settings),
    };
    let source = Source {
        name: sample.name.clone(),
        size: 0,
        about: source::SourceInfo {
            lies_in: 0,
            begins: 0,
            reading: detected.reading.clone(),
            encoding: sample.encoding.clone().unwrap_or_default(),
            sheet: sample.sheet,
            replaced: 0,
            doubt: None,
        },
    };
    let check = check(sql, by, asked, definitions, &source, &columns, rows, now).await?;
    Ok(Preview {
        name: sample.name,
        encoding: sample.encoding,
        sheets: sample.sheets,
        reading: detected.reading,
        line_end: detected.line_end,
        reasons: detected.reasons,
        warnings,
        columns,
        rows: shown,
        proposals,
        check,
    })
}

/// Whether some of these ids, the first ones, are of profiles in the database.
async fn has_one(
    sql: &impl Sql,
    ids: &[ProfileId],
    definitions: &Definitions,
) -> Result<bool, JobError> {
    let pks: Vec<i64> = ids.iter().take(IDS).map(|id| id.pk()).collect();
    let found = profiles::many(sql, &pks).await?;
    let database = definitions.database.id;
    Ok(found.iter().any(|profile| profile.database == database))
}

/// Gives the rows that could be read as the rules take them, cells first.
fn with_rows<T>(rows: &[Row], take: impl FnOnce(&[import::Row<'_>]) -> T) -> T {
    let cells = |row: &Row| -> Option<Vec<String>> {
        let cells = row.as_ref().ok()?.content.cells()?;
        Some(cells.iter().map(str::to_owned).collect())
    };
    let texts: Vec<Vec<String>> = rows.iter().filter_map(cells).collect();
    let lookups: Vec<_> = texts
        .iter()
        .map(|cells| move |index: usize| cells.get(index).map(String::as_str))
        .collect();
    let objects = rows
        .iter()
        .filter_map(|row| row.as_ref().ok()?.content.object());
    let mut plain: Vec<import::Row<'_>> = lookups
        .iter()
        .map(|cells| import::Row::Cells(cells))
        .collect();
    plain.extend(objects.map(import::Row::Record));
    take(&plain)
}

/// Whether settings fit the first source of an import: before it is started, so
/// that a wrong column's name is told at once. What is wrong, with pointers into
/// the settings, or else what is not sure about the file.
///
/// # Errors
/// [`JobError::Failed`] when the file can't be read.
pub async fn check_columns(
    sql: &impl Sql,
    job: JobId,
    asked: &Value,
    definitions: &Definitions,
) -> Result<Result<Vec<FileWarning>, Vec<Invalid>>, JobError> {
    let schema = definitions.schema();
    let (file, settings) = match settings(asked, &schema) {
        Ok(read) => read,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let (uploads, _) = source::all(sql, job).await?;
    let sample = sample::sample(sql, job, &uploads, &file).await?;
    let warnings = FileWarning::of(sample.encoding.as_deref(), sample.doubt.as_ref());
    let reading = &sample.detected.reading;
    let mut records = Records::new(reading, Position::start(0));
    records.feed(&sample.bytes, sample.whole);
    // One record, so that the header before it has been read.
    let _ = records.next_record();
    let columns = records.columns();
    if columns.is_empty() && !reading.has_objects() {
        // There is no header: what is wrong with that is told row by row.
        return Ok(Ok(warnings));
    }
    let columns = of(reading, sample.sheet, columns);
    let plan = match Plan::new(&settings, columns, &schema) {
        Ok(plan) => plan,
        Err(wrong) => return Ok(Err(wrong)),
    };
    if reading.has_objects() {
        // The members of records are known by records only.
        let (rows, _) = read(reading, &sample.bytes, sample.whole);
        let wrong = with_rows(&rows, |rows| plan.unheeded_members(rows));
        if !wrong.is_empty() {
            return Ok(Err(wrong));
        }
    }
    Ok(Ok(warnings))
}

/// Columns as a plan takes them.
fn of<'a>(reading: &Reading, sheet: bool, columns: &'a [String]) -> Columns<'a> {
    match () {
        () if reading.has_objects() => Columns::Records,
        () if sheet => Columns::Sheet(columns),
        () => Columns::Text(columns),
    }
}

/// The first records of a text, and its columns. What is cut off at its end is
/// left out.
fn read(reading: &Reading, text: &[u8], whole: bool) -> (Vec<Row>, Vec<String>) {
    let mut records = Records::new(reading, Position::start(0));
    records.feed(text, whole);
    let mut rows = Vec::new();
    while rows.len() < ROWS
        && let Some(row) = records.next_record()
    {
        rows.push(row);
    }
    (rows, records.columns().to_vec())
}

/// The names of the members of JSON records, in the order in which they come.
fn members(rows: &[Row]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut seen: Map<String, Value> = Map::new();
    let objects = rows
        .iter()
        .filter_map(|row| row.as_ref().ok()?.content.object());
    for name in objects.flat_map(Map::keys) {
        if !seen.contains_key(name) && names.len() < import::MAX_MAPPED {
            seen.insert(name.clone(), Value::Null);
            names.push(name.clone());
        }
    }
    names
}

#[allow(clippy::too_many_arguments, reason = "they are what a check is of")]
async fn check(
    sql: &impl Sql,
    by: &'static str,
    asked: &Value,
    definitions: &Arc<Definitions>,
    source: &Source,
    columns: &[String],
    rows: Vec<Row>,
    now: Timestamp,
) -> Result<Check, JobError> {
    let mut check = Check {
        by,
        errors: Vec::new(),
        counts: Counts::default(),
        failures: Vec::new(),
        questions: Vec::new(),
    };
    let schema = definitions.schema();
    let of_columns = of(&source.about.reading, source.about.sheet, columns);
    let ready = |schema: &Schema<'_>| {
        let (_, settings): (_, ImportSettings) = settings(asked, schema)?;
        let plan = Plan::for_preview(&settings, of_columns, schema)?.at_moment(now);
        Ok::<_, Vec<Invalid>>((settings.mode(), plan))
    };
    let (mode, plan) = match ready(&schema) {
        Ok(ready) => ready,
        Err(errors) => {
            check.errors = errors;
            return Ok(check);
        }
    };
    check.questions = with_rows(&rows, |rows| plan.questions(columns, rows));
    let mut rows = rows.into_iter();
    loop {
        let some: Vec<Row> = rows.by_ref().take(TOGETHER).collect();
        if some.is_empty() {
            return Ok(check);
        }
        let chunk = Chunk {
            rows: some,
            file: source.name.clone(),
            columns: columns.to_vec(),
            rows_before: 0,
            mode,
            segment: None,
            dry: true,
        };
        let prepare = |schema: &Schema<'_>| {
            let (_, plan) = ready(schema).ok()?;
            Some(chunk.prepare(&plan, schema))
        };
        let results = results(sql, definitions, prepare, now).await?;
        check.add(chunk.sum(&results));
    }
}

/// What would become of rows, as `prepare` makes them.
async fn results(
    sql: &impl Sql,
    definitions: &Arc<Definitions>,
    prepare: impl Fn(&Schema<'_>) -> Option<Vec<Result<Command, Refusal>>>,
    now: Timestamp,
) -> Result<Vec<ItemResult>, JobError> {
    let batch = |definitions: Arc<Definitions>| {
        Some(Batch {
            beside: Vec::new(),
            items: prepare(&definitions.schema())?,
            definitions,
            atomic: false,
            now,
            actor: String::new(),
            interface: "import",
            origin: roster_model::Origin::Import,
            speaks_for_all: false,
            repeatable: None,
            step: None,
            delivery: None,
            dry: true,
        })
    };
    let known = batch(Arc::clone(definitions));
    let known = known.ok_or(Error::Stale(Guard::Catalogue))?;
    let done = match write(sql, &[&known]).await.pop() {
        // Somebody is changing definitions, of whatever database: they wait for this once.
        Some(Err(Error::Stale(Guard::Catalogue))) => {
            run_locked(sql, definitions.database.id, &[], |now, _| batch(now)).await?
        }
        done => done.transpose()?,
    };
    match done {
        Some(BatchOutcome::Written(results)) => Ok(results),
        // Another's change of this database's own definitions leaves the settings wrong.
        None => Err(Error::Stale(Guard::Catalogue).into()),
        Some(BatchOutcome::Repeated(_) | BatchOutcome::KeyTaken) => Ok(Vec::new()),
    }
}

impl Check {
    fn add(&mut self, sum: chunk::Sum) {
        self.counts.add(&sum.counts);
        for reported in sum.failures {
            if self.failures.len() < FAILURES
                && let Ok(mut shown) = serde_json::from_value::<RowReport>(reported.body)
            {
                shown.outcome = reported.outcome;
                self.failures.push(shown);
            }
        }
    }
}
