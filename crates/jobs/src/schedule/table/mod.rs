//! Reading rows of another database into an import, page by page.
//!
//! A page is kept with the place where the run goes on, in one statement that only the holder
//! of the run's try can do: so a run that was cut off anywhere goes on behind the last page, and
//! no row comes twice or is passed over. The import takes the rows in while more of them come.
//! Where the source fails in between, what came is imported, and the watermark stays.

mod file;
mod reached;

pub(super) use reached::seen_of;

use super::download::{FetchError, later};
use super::fetch::Trouble;
use super::settle::is_dry;
use super::{Host, World, is_full};
use file::GrowingFile;
use futures_util::future::{Either, select};
use reached::{Reached, hash};
use roster_model::Code;
use roster_model::connector::ConnectorSettings;
use roster_model::schedule::{MAX_ROWS_WITHOUT_KEY, TableSource};
use roster_seal::Purpose;
use roster_source::{Failure, Fault, Link, Page, Table, address};
use roster_store::schedules::{self, Run, Schedule, known_rows};
use roster_store::{Error, Guard, Sql, connectors};
use serde_json::{Value, json};
use std::cell::Cell;
use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;

/// How long connecting may take, in milliseconds.
const CONNECTING_MS: u64 = 10_000;

/// How often a try makes itself heard, and how long it is not heard of before it counts as
/// lost, in milliseconds.
const HEARD_MS: u64 = 10_000;
pub(super) const LOST_MS: i64 = 30_000;

/// How long one question may take, in milliseconds: more than the database gives itself.
const ASKING_MS: u64 = (roster_source::STATEMENT_SECONDS as u64 + 10) * 1000;

/// How long a try reads at most, in milliseconds; then the next one goes on.
const TRY_MS: i64 = 10 * 60 * 1000;

/// How many rows the first page has, at most. The next ones have as many as are not too large.
const FIRST_ROWS: u32 = 1000;

/// How many rows later pages are asked for at least, if the source lets us have so many.
const FEWEST_ROWS: u32 = 100;

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

/// A connection to the database that a connector leads to, and what it is called.
///
/// # Errors
/// Why there is none, within 10 s: [`Failure`]'s codes, `host_not_allowed`,
/// `secret_unreadable`.
pub async fn connect<F: Host>(
    world: &World<'_, F>,
    connector: &ConnectorSettings,
    secret: Option<&str>,
) -> Result<F::Link, Trouble> {
    let allowed = world.databases.check_connector(connector);
    allowed.map_err(|invalid| Trouble::for_good(invalid.code, invalid.detail))?;
    let secret = secret.map(|stored| world.keys.open(Purpose::Connector, stored));
    let secret = secret.transpose();
    let secret =
        secret.map_err(|why| Trouble::for_good(Code::SecretUnreadable, why.to_string()))?;
    let address = address(connector, secret.as_deref());
    let connecting = world.fetch.connect(&address, connector.ca.as_deref());
    let connected = super::fetch::within(world.fetch, CONNECTING_MS, connecting).await;
    let connected = connected.unwrap_or_else(|| {
        let seconds = CONNECTING_MS / 1000;
        Err(Fault::Connecting(format!("no answer within {seconds} s")))
    });
    connected.map_err(|fault| Failure::of(connector.kind, &fault).into())
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Trouble {
            code: failure.code,
            detail: failure.detail,
            again: failure.again,
        }
    }
}

impl From<Failure> for FetchError {
    fn from(failure: Failure) -> Self {
        FetchError::Trouble(failure.into())
    }
}

/// Whether an import with these settings needs a column: a mapping names it, or takes all.
#[must_use]
pub fn uses(settings: &Value, column: &str) -> bool {
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
    let mut reader = TableReader {
        sql,
        world,
        schedule,
        run,
        source,
        settings,
        reached: Reached::of(run, schedule, source)?,
        file: GrowingFile::of(sql, run, source).await?,
    };
    if reader.reached.done {
        return Ok(reader.ended());
    }
    let read = reader.read().await;
    match read {
        Ok(outcome) => Ok(outcome),
        // Its import was ended by somebody: what became of it says how the run ends.
        Err(FetchError::Store(Error::Stale(Guard::Job))) => {
            Ok(TableOutcome::Importing(reader.detail()))
        }
        Err(FetchError::Store(Error::Stale(Guard::Run))) => Err(FetchError::Lost),
        Err(error) => Err(error),
    }
}

/// What came before a source failed for good is all that its import gets, which fails with the
/// reason then. False if nothing came.
pub(super) async fn give_up<F: Host>(
    sql: &impl Sql,
    world: &World<'_, F>,
    source: &TableSource,
    run: &Run,
    trouble: &Trouble,
) -> Result<bool, Error> {
    // As it is by now, not as it was claimed: its import may be of this try.
    let Some(run) = schedules::run(sql, run.id).await? else {
        return Ok(false);
    };
    let mut file = GrowingFile::of(sql, &run, source).await?;
    if file.job().is_none() {
        return Ok(false);
    }
    let until = later((world.now)(), LOST_MS);
    match file.fail(sql, &run, trouble, until).await {
        // It is somebody else's by now, or was ended.
        Ok(()) | Err(Error::Stale(Guard::Run | Guard::Job)) => Ok(true),
        Err(error) => Err(error),
    }
}

/// One try at reading.
struct TableReader<'a, S, F> {
    sql: &'a S,
    world: &'a World<'a, F>,
    schedule: &'a Schedule,
    run: &'a Run,
    source: &'a TableSource,
    settings: &'a Value,
    reached: Reached,
    file: GrowingFile,
}

impl<S: Sql, F: Host> TableReader<'_, S, F> {
    async fn read(&mut self) -> Result<TableOutcome, FetchError> {
        let began = (self.world.now)();
        let found = connectors::get(self.sql, self.source.connector).await?;
        let found = found.ok_or_else(|| {
            let detail = format!("There is no connector {} any more.", self.source.connector);
            Trouble::for_good(Code::UnknownConnector, detail)
        })?;
        let connector = &found.connector.settings;
        let secret = found.secret.as_ref().map(|kept| kept.0.as_str());
        let link = connect(self.world, connector, secret).await?;
        let settings = self.settings;
        let describing = Table::describe(&link, connector.kind, self.source, |column| {
            uses(settings, column)
        });
        let table = self.waited(describing).await?;
        if self.reached.is_new() {
            self.reached.ceiling = self.waited(table.ceiling(&link)).await?;
            let bounds = self.reached.bounds(self.skips());
            self.waited(table.check_key(&link, &bounds)).await?;
        }
        if self.source.key.is_none() {
            return self.read_at_once(&table, &link).await;
        }
        let mut rows = FIRST_ROWS.min(self.source.page_rows);
        loop {
            let bounds = self.reached.bounds(self.skips());
            let page = self.waited(table.page(&link, &bounds, rows)).await?;
            let (came, more) = (page.rows.len(), page.more);
            // Twice as many, or about as many as one page could take.
            rows = u32::try_from(came.saturating_mul(2)).unwrap_or(u32::MAX);
            rows = rows.max(FEWEST_ROWS).min(self.source.page_rows);
            self.keep(page, !more).await?;
            if !more {
                return Ok(self.ended());
            }
            if (self.world.now)().ms() - began.ms() > TRY_MS {
                return Ok(TableOutcome::Yielded(self.detail()));
            }
        }
    }

    /// Without a key, rows have no order in which a later try could go on: they count for the
    /// import when all are there.
    async fn read_at_once<L: Link>(
        &mut self,
        table: &Table<'_>,
        link: &L,
    ) -> Result<TableOutcome, FetchError> {
        self.reached.restart();
        self.file.restart();
        let bounds = self.reached.bounds(false);
        let (run, sql, world) = (self.run, self.sql, self.world);
        let quiet = Cell::new(0);
        let reading = table.all(link, &bounds, MAX_ROWS_WITHOUT_KEY, async |page: Page| {
            quiet.set(0);
            self.keep_hidden(page).await
        });
        hold_while(sql, world, run, &quiet, reading).await??;
        self.keep(Page::default(), true).await?;
        Ok(self.ended())
    }

    /// Whether rows are left out that are as they were.
    fn skips(&self) -> bool {
        self.schedule.settings.skip_unchanged && !is_full(self.run)
    }

    /// What `work` gives; the run is held meanwhile.
    async fn waited<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, FetchError> {
        let quiet = Cell::new(0);
        let done = hold_while(self.sql, self.world, self.run, &quiet, work).await?;
        Ok(done?)
    }

    /// The rows of a page that the import is to have, as lines.
    async fn chosen(&mut self, page: &Page) -> Result<(Vec<u8>, Vec<(i64, i64)>), FetchError> {
        let skips = self.skips();
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
        let known = match skips && !hashed.is_empty() {
            true => {
                let keys: Vec<i64> = hashed.iter().map(|(key, _)| *key).collect();
                known_rows(self.sql, self.schedule.id, &keys).await?
            }
            false => HashMap::new(),
        };
        let mut bytes = Vec::with_capacity(page.rows.iter().map(|row| row.line.len() + 1).sum());
        let mut changed = Vec::new();
        for (at, row) in page.rows.iter().enumerate() {
            if row.at_ceiling {
                self.reached.meet(hash(&row.line));
            }
            let met = row.at_watermark && self.reached.has_met(hash(&row.line));
            let pair = hashed.get(at);
            let same = pair.is_some_and(|(key, of_row)| known.get(key) == Some(of_row));
            if met || (skips && same) {
                self.reached.left += 1;
                continue;
            }
            changed.extend(pair.copied());
            self.reached.rows += 1;
            bytes.extend_from_slice(row.line.as_bytes());
            bytes.push(b'\n');
        }
        // What is only tried counts as not met.
        if is_dry(self.settings) {
            changed.clear();
        }
        Ok((bytes, changed))
    }

    /// Keeps a page; the last one ends the file.
    async fn keep(&mut self, page: Page, last: bool) -> Result<(), FetchError> {
        let (bytes, hashes) = self.chosen(&page).await?;
        self.reached.after = page.last.or(self.reached.after.take());
        self.reached.done = last;
        let until = later((self.world.now)(), LOST_MS);
        if !bytes.is_empty() {
            self.file.begin(self.sql, self.world, self.schedule).await?;
        }
        let detail = self.detail();
        self.file
            .keep(self.sql, self.run, &detail, bytes, &hashes, last, until)
            .await?;
        let now = (self.world.now)();
        Ok(self
            .file
            .start(self.sql, self.schedule, self.settings, now)
            .await?)
    }

    /// Keeps rows that the import doesn't see yet.
    async fn keep_hidden(&mut self, page: Page) -> Result<(), FetchError> {
        let (bytes, hashes) = self.chosen(&page).await?;
        if bytes.is_empty() {
            return Ok(());
        }
        let until = later((self.world.now)(), LOST_MS);
        self.file.begin(self.sql, self.world, self.schedule).await?;
        let detail = self.run.detail.clone();
        Ok(self
            .file
            .keep_hidden(self.sql, self.run, &detail, bytes, &hashes, until)
            .await?)
    }

    fn ended(&self) -> TableOutcome {
        match self.file.job() {
            Some(_) => TableOutcome::Importing(self.detail()),
            None => TableOutcome::Unchanged(self.detail()),
        }
    }

    /// What there is to tell of the run.
    fn detail(&self) -> Value {
        let mut detail = super::detail_of(self.run);
        detail.insert("file".to_owned(), json!(self.file.name));
        detail.insert("bytes".to_owned(), json!(self.file.size()));
        detail.insert("rows".to_owned(), json!(self.reached.rows));
        detail.insert("rows_unchanged".to_owned(), json!(self.reached.left));
        detail.insert("seen".to_owned(), self.reached.seen());
        detail.insert("reached".to_owned(), self.reached.to_json());
        Value::Object(detail)
    }
}

/// What `work` gives, while the run is held. `quiet` is for how many milliseconds the database has
/// said nothing; `work` may set it back.
async fn hold_while<F: Host, T>(
    sql: &impl Sql,
    world: &World<'_, F>,
    run: &Run,
    quiet: &Cell<u64>,
    work: impl Future<Output = T>,
) -> Result<T, FetchError> {
    let mut work = pin!(work);
    loop {
        match select(work.as_mut(), pin!(world.fetch.pause(HEARD_MS))).await {
            Either::Left((done, _)) => return Ok(done),
            Either::Right(((), _)) => {
                quiet.set(quiet.get().saturating_add(HEARD_MS));
                if quiet.get() > ASKING_MS {
                    let seconds = ASKING_MS / 1000;
                    let detail = format!("The database did not answer within {seconds} s.");
                    return Err(Trouble::now(Code::TooSlow, detail).into());
                }
                if !schedules::hold(sql, run, later((world.now)(), LOST_MS)).await? {
                    return Err(FetchError::Lost);
                }
            }
        }
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
            assert_eq!(uses(&settings, column), expected, "{column}");
        }
        assert!(uses(&json!({"mapping": "data"}), "photo"));
        assert!(uses(&json!({}), "photo"));
    }
}
