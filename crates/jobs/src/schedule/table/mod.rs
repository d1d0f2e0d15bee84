//! Reading rows of another database into an import, page by page.
//!
//! A page is kept with the place where the run goes on, in one statement that only the holder
//! of the run's try can do: so a run that was cut off anywhere goes on behind the last page, and
//! no row comes twice or is passed over. The import takes the rows in while more of them come.
//! Where the source fails in between, what came is imported, and the watermark stays.

mod connection;
mod file;
mod lease;
mod position;

pub use connection::connect;
pub(super) use position::{has_all, seen_of};

use super::download::{FetchError, later};
use super::settle::{is_dry, resolved};
use super::{Host, World, is_full};
use file::GrowingFile;
use lease::{LEASE_MS, hold_while};
use position::{Position, hash};
use roster_model::Code;
use roster_model::schedule::{MAX_ROWS_WITHOUT_KEY, TableSource};
use roster_source::{Connection, Page, SourceError, Table};
use roster_store::connectors::ConnectorRow;
use roster_store::schedules::{self, Run, Schedule, known_rows, known_rows_from};
use roster_store::{Error, Guard, Sql, connectors};
use serde_json::{Value, json};
use std::cell::Cell;
use std::collections::HashMap;
use std::future::Future;

/// How long a try reads at most, in milliseconds; then it is another run's turn, if one waits.
const TRY_MS: i64 = 2 * 60 * 1000;

/// How many rows the first page has, at most. The next ones have as many as are not too large.
const FIRST_ROWS: u32 = 1000;

/// What reading came to.
#[derive(Debug)]
pub(super) enum TableOutcome {
    /// There was nothing new.
    Unchanged(Value),
    /// The import has all rows, or its end came from elsewhere.
    Importing(Value),
    /// The time of this try is over; the next one goes on.
    Yielded(Value),
}

/// Whether an import with these settings needs a column: a mapping names it, or takes all.
#[must_use]
pub fn needs_column(settings: &Value, column: &str) -> bool {
    let Some(mapping) = settings.get("mapping").and_then(Value::as_array) else {
        return true;
    };
    mapping.iter().any(|rule| {
        let named = rule
            .get("column")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let named = named.strip_prefix('/').map_or(named, |pointer| {
            pointer.split('/').next().unwrap_or_default()
        });
        let ignored = rule.get("to").and_then(Value::as_str) == Some("ignore");
        !ignored && named.eq_ignore_ascii_case(column)
    })
}

/// Reads a schedule's rows, as far as this try comes. `settings` are those of the import.
pub(super) async fn read<F: Host>(
    sql: &impl Sql,
    world: &World<'_, F>,
    schedule: &Schedule,
    source: &TableSource,
    run: &Run,
    settings: &Value,
) -> Result<TableOutcome, FetchError> {
    let found = connectors::get(sql, source.connector).await?;
    let found = found.ok_or_else(|| {
        let detail = format!("There is no connector {} any more.", source.connector);
        SourceError::permanent(Code::UnknownConnector, detail)
    })?;
    let connector = &found.connector.settings;
    let position = Position::of(run, schedule, source, connector)?;
    let mut reader = TableReader {
        sql,
        world,
        schedule,
        run,
        source,
        settings,
        known_from: known_from(sql, schedule, source, run, &position).await?,
        position,
        file: GrowingFile::of(sql, run).await?,
        met: Vec::new(),
    };
    if reader.position.done {
        // It may have died before it started the import.
        reader.start().await?;
        return reader.ended().await;
    }
    match reader.read(&found).await {
        Ok(outcome) => Ok(outcome),
        // Its import was ended by somebody: what became of it says how the run ends.
        Err(FetchError::Store(Error::Stale(Guard::Job))) => {
            Ok(TableOutcome::Importing(reader.detail()))
        }
        Err(FetchError::Store(Error::Stale(Guard::Run))) => Err(FetchError::Lost),
        Err(error) => Err(error),
    }
}

/// From which run on rows that were met count as known; none if all rows are read.
async fn known_from(
    sql: &impl Sql,
    schedule: &Schedule,
    source: &TableSource,
    run: &Run,
    position: &Position,
) -> Result<Option<i64>, Error> {
    if !schedule.settings.skip_unchanged || is_full(run) {
        return Ok(None);
    }
    let keyed = source.key.is_some();
    let from = known_rows_from(sql, schedule.id, &position.place(), keyed).await?;
    Ok(Some(from))
}

/// What came before a source failed for good is all that its import gets, which fails with the
/// reason then. False if the import has nothing of it.
pub(super) async fn give_up<F: Host>(
    sql: &impl Sql,
    world: &World<'_, F>,
    schedule: &Schedule,
    run: &Run,
    why: &SourceError,
) -> Result<bool, Error> {
    // As it is by now, not as it was claimed: its import may be of this try.
    let now_held = schedules::run(sql, run.id).await?;
    let Some(run) = now_held.filter(|held| held.tries == run.tries) else {
        return Ok(false);
    };
    let mut file = GrowingFile::of(sql, &run).await?;
    let Some(job) = file.job() else {
        return Ok(false);
    };
    let now = (world.now)();
    let settings = resolved(sql, schedule).await?.ok();
    // Rows without a key don't count before all are there, and nobody can say any more what the
    // first ones were to become.
    if file.size() == 0 || (!file.is_started() && settings.is_none()) {
        schedules::forget_job(sql, &run, job).await?;
        return Ok(false);
    }
    match file.fail(sql, &run, why, later(now, LEASE_MS)).await {
        // It is somebody else's by now, or was ended.
        Ok(()) | Err(Error::Stale(Guard::Run | Guard::Job)) => {}
        Err(error) => return Err(error),
    }
    if let Some(settings) = settings {
        file.start(sql, schedule, &settings, now).await?;
    }
    Ok(true)
}

/// One try at reading.
struct TableReader<'a, S, F> {
    sql: &'a S,
    world: &'a World<'a, F>,
    schedule: &'a Schedule,
    run: &'a Run,
    source: &'a TableSource,
    settings: &'a Value,
    /// From which run on rows that were met count as known; none if no row is left out.
    known_from: Option<i64>,
    position: Position,
    file: GrowingFile,
    /// Rows without a key that were met, by their hashes: kept when all are there.
    met: Vec<(i64, i64)>,
}

impl<S: Sql, F: Host> TableReader<'_, S, F> {
    async fn read(&mut self, found: &ConnectorRow) -> Result<TableOutcome, FetchError> {
        let began = (self.world.now)();
        let connector = &found.connector.settings;
        let connection = connect(self.world, found).await?;
        let settings = self.settings;
        let describing = Table::describe(&connection, connector.kind, self.source, |column| {
            needs_column(settings, column)
        });
        let table = self.waited(describing).await?;
        if self.position.is_new() {
            self.position.ceiling = self.waited(table.ceiling(&connection)).await?;
            let bounds = self.position.bounds(false);
            self.waited(table.check_key(&connection, &bounds)).await?;
        }
        if self.source.key.is_none() {
            return self.read_at_once(&table, &connection).await;
        }
        let keeps = self.schedule.settings.skip_unchanged;
        let mut most = self.source.page_rows;
        let mut rows = FIRST_ROWS.min(most);
        loop {
            let bounds = self.position.bounds(keeps);
            let page = match self.waited(table.page(&connection, &bounds, rows)).await {
                // The host hands over so much at once and no more.
                Err(FetchError::Source(why)) if why.code == Code::ResultTooLarge && rows > 1 => {
                    (most, rows) = (rows / 4 + 1, rows / 4 + 1);
                    continue;
                }
                page => page?,
            };
            let (came, more) = (page.rows.len(), page.more);
            // Twice as many, or about as many as one page could take.
            rows = u32::try_from(came.saturating_mul(2)).unwrap_or(u32::MAX);
            rows = rows.max(2).min(most);
            self.keep(page, !more).await?;
            if !more {
                return self.ended().await;
            }
            if (self.world.now)().ms() - began.ms() > TRY_MS {
                return Ok(TableOutcome::Yielded(self.detail()));
            }
        }
    }

    /// Without a key, rows have no order in which a later try could go on: they count for the
    /// import when all are there.
    async fn read_at_once<L: Connection>(
        &mut self,
        table: &Table<'_>,
        connection: &L,
    ) -> Result<TableOutcome, FetchError> {
        self.position.restart();
        self.file.restart();
        self.met.clear();
        let bounds = self.position.bounds(false);
        let (run, sql, world) = (self.run, self.sql, self.world);
        let quiet = Cell::new(0);
        let reading = table.all(
            connection,
            &bounds,
            MAX_ROWS_WITHOUT_KEY,
            async |page: Page| {
                quiet.set(0);
                self.keep_hidden(page).await
            },
        );
        hold_while(sql, world, run, &quiet, reading).await??;
        self.keep(Page::default(), true).await?;
        self.ended().await
    }

    /// What `work` gives; the run is held meanwhile.
    async fn waited<T>(
        &self,
        work: impl Future<Output = Result<T, SourceError>>,
    ) -> Result<T, FetchError> {
        let quiet = Cell::new(0);
        let done = hold_while(self.sql, self.world, self.run, &quiet, work).await?;
        Ok(done?)
    }

    /// The rows of a page that the import is to have, as lines.
    async fn chosen(&mut self, page: &Page) -> Result<(Vec<u8>, Vec<(i64, i64)>), FetchError> {
        let hashed: Vec<(i64, i64)> = match self.schedule.settings.skip_unchanged {
            true => page
                .rows
                .iter()
                .map(|row| {
                    let of_row = hash(&row.line);
                    (row.key.as_deref().map_or(of_row, hash), of_row)
                })
                .collect(),
            false => Vec::new(),
        };
        // As completed runs met them.
        let known = match self.known_from {
            Some(from) if !hashed.is_empty() => {
                let keys: Vec<i64> = hashed.iter().map(|(key, _)| *key).collect();
                known_rows(self.sql, self.schedule.id, &keys, from).await?
            }
            _ => HashMap::new(),
        };
        let mut bytes = Vec::with_capacity(page.rows.iter().map(|row| row.line.len() + 1).sum());
        let mut changed = Vec::new();
        for (at, row) in page.rows.iter().enumerate() {
            if row.at_ceiling {
                self.position.meet(hash(&row.line));
            }
            let met = row.at_watermark && self.position.has_met(hash(&row.line));
            let pair = hashed.get(at);
            let same = pair.is_some_and(|(key, of_row)| known.get(key) == Some(of_row));
            if met || same {
                self.position.left += 1;
                // Without a key a row is known by the last run alone that met it.
                self.met.extend(pair.copied());
                continue;
            }
            changed.extend(pair.copied());
            self.position.rows += 1;
            bytes.extend_from_slice(row.line.as_bytes());
            bytes.push(b'\n');
        }
        // What is only tried counts as not met.
        if is_dry(self.settings) {
            changed.clear();
            self.met.clear();
        }
        if self.source.key.is_none() {
            self.met.append(&mut changed);
        }
        Ok((bytes, changed))
    }

    /// Keeps a page; the last one ends the file.
    async fn keep(&mut self, page: Page, last: bool) -> Result<(), FetchError> {
        let (bytes, mut hashes) = self.chosen(&page).await?;
        if last && self.source.key.is_none() {
            hashes.append(&mut self.met);
        }
        self.position.after = page.last.or(self.position.after.take());
        self.position.done = last;
        let until = later((self.world.now)(), LEASE_MS);
        if !bytes.is_empty() {
            let name = self.file_name();
            self.file
                .begin(self.sql, self.world, self.schedule, &name)
                .await?;
        }
        let detail = self.detail();
        self.file
            .keep(self.sql, self.run, &detail, bytes, &hashes, last, until)
            .await?;
        self.start().await
    }

    /// Starts the import, if it has rows and wasn't.
    async fn start(&mut self) -> Result<(), FetchError> {
        let now = (self.world.now)();
        Ok(self
            .file
            .start(self.sql, self.schedule, self.settings, now)
            .await?)
    }

    /// Keeps rows that the import doesn't see yet.
    async fn keep_hidden(&mut self, page: Page) -> Result<(), FetchError> {
        let (bytes, _) = self.chosen(&page).await?;
        if bytes.is_empty() {
            return Ok(());
        }
        let until = later((self.world.now)(), LEASE_MS);
        let name = self.file_name();
        self.file
            .begin(self.sql, self.world, self.schedule, &name)
            .await?;
        let detail = self.run.detail.clone();
        Ok(self
            .file
            .keep_hidden(self.sql, self.run, &detail, bytes, until)
            .await?)
    }

    async fn ended(&self) -> Result<TableOutcome, FetchError> {
        let job = self.file.job();
        match job {
            Some(_) if self.file.size() > 0 => Ok(TableOutcome::Importing(self.detail())),
            // What an earlier try met is gone there.
            Some(job) => {
                schedules::forget_job(self.sql, self.run, job).await?;
                Ok(TableOutcome::Unchanged(self.detail()))
            }
            None => Ok(TableOutcome::Unchanged(self.detail())),
        }
    }

    /// What people call the import's file.
    fn file_name(&self) -> String {
        format!("{}.jsonl", self.source.rows.title())
    }

    /// What there is to tell of the run.
    fn detail(&self) -> Value {
        let mut detail = super::detail_of(self.run);
        detail.insert("file".to_owned(), json!(self.file_name()));
        detail.insert("bytes".to_owned(), json!(self.file.size()));
        detail.insert("rows".to_owned(), json!(self.position.rows));
        detail.insert("rows_unchanged".to_owned(), json!(self.position.left));
        detail.insert("reached".to_owned(), self.position.to_json());
        // Runs that keep no rows have rows of older ones forgotten.
        let kept = self.schedule.settings.skip_unchanged;
        let kept = kept.then(|| self.position.place());
        detail.insert("rows_of".to_owned(), json!(kept));
        if is_dry(self.settings) {
            detail.insert("dry".to_owned(), json!(true));
        }
        Value::Object(detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_says_which_columns_it_needs() {
        let settings = json!({"mapping": [
            {"column": "E-mail", "to": {"field": "email"}},
            {"column": "photo", "to": "ignore"},
            {"column": "/address/city", "to": {"field": "city"}},
        ]});
        for (column, expected) in [
            ("e-mail", true),
            ("photo", false),
            ("address", true),
            ("x", false),
        ] {
            assert_eq!(needs_column(&settings, column), expected, "{column}");
        }
        assert!(needs_column(&json!({"mapping": "data"}), "photo"));
        assert!(needs_column(&json!({}), "photo"));
    }
}
