//! Finding the profiles that meet a condition, a bounded piece at a time.
//!
//! A condition is compiled to an expression over one profile's row. Where it
//! asks for match keys, contacts or a segment that every such profile must
//! have, these lead to the candidates, in order of their keys; otherwise all
//! profiles of the database are looked at. Either way one statement looks at
//! so many and says where to go on.

mod compile;
mod days;
mod open;
mod packing;
mod sorted;
mod source;

pub use compile::{CompiledCondition, compile};
pub use sorted::{Groups, SortPlace, SortValue};

use roster_model::condition::{Condition, Moment, Node};
use roster_model::range::{FACTORS, MODULUS, PLACES};
use roster_model::{DatabaseId, Range, Status};

use crate::pace::{Budget, Pace};
use crate::packed::corrupt;
use crate::{Cell, Error, Lend, Row, Sql};
use compile::{Parts, compile_as};
use open::OpenParts;
use source::Source;

/// How much one statement may do.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many profiles it gives at most.
    pub take: i64,
    /// How many candidates it looks at at most.
    pub look: i64,
    /// It gives no more profiles once these have so many bytes (as stored).
    pub bytes: i64,
}

/// What one statement found.
#[derive(Clone, Debug, PartialEq)]
pub struct Slice<T> {
    /// What was found.
    pub found: T,
    /// After which key to go on; none when there is nothing more.
    pub next: Option<i64>,
    /// The version of the definitions at that moment: if it isn't that of the
    /// definitions that the condition was checked against, what was found
    /// means nothing.
    pub version: i64,
}

/// The profiles of a database that lie in a range and meet a condition.
#[derive(Debug)]
pub struct Selection {
    database: DatabaseId,
    /// Gives the candidates' keys in a column `pk`, those after ?2, in order.
    source: Source,
    /// Whether a profile in `p` is meant.
    test: String,
    /// What stands for ?3, ?4, … in both.
    parameters: Vec<Cell>,
    /// The statuses that are asked for, where nothing else is.
    statuses: Option<i64>,
    /// Where ?3, ?4, … the lists of those stand who pass what SQL can't decide.
    lists: Vec<usize>,
    /// What must be decided first.
    open: Option<Box<OpenParts>>,
}

/// How many parameters every statement has of its own, before the compiled
/// ones: the database and the key to go on after.
const OWN: usize = 2;

/// How many parameters behind the compiled ones say how much a statement may do.
const BOUNDS: usize = 3;

/// How many candidates are looked at where SQL alone can't decide.
const LOOK_OPEN: i64 = 10_000;

/// How many candidates are worth a statement.
const LEAST_LOOK: i64 = 1000;

/// How many profiles the first statement looks at where it only counts, and any
/// of them at most.
const COUNTED_FIRST: i64 = 2_000;
const COUNTED_AT_ONCE: i64 = 100_000;

/// What counting came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Total {
    /// So many are meant.
    Whole(i64),
    /// The time was up: so many were found up to a key, to go on after.
    Part {
        /// How many.
        counted: i64,
        /// Up to which key.
        after: i64,
    },
    /// The definitions are of another version.
    Stale,
}

impl Selection {
    /// The profiles of `database` in `range` that meet `condition` at a moment.
    #[must_use]
    pub fn new(database: DatabaseId, condition: &Condition, range: Range, moment: &Moment) -> Self {
        let mut selection = Self::of(database, condition, range, moment, Parts::Decided);
        let parts = condition.root().open();
        if !parts.is_empty() {
            let possible = Self::of(database, condition, range, moment, Parts::Possible);
            selection.open = Some(Box::new(OpenParts {
                parts: parts.into_iter().cloned().collect(),
                moment: moment.clone(),
                possible,
            }));
        }
        selection
    }

    fn of(
        database: DatabaseId,
        condition: &Condition,
        range: Range,
        moment: &Moment,
        parts: Parts,
    ) -> Self {
        let compiled = compile_as(condition, database, moment, OWN, parts);
        let lists = compiled.open;
        let mut parameters = compiled.parameters;
        let source = Source::of(condition, database, moment, &mut parameters, OWN);
        let mut statuses = match condition.root() {
            Node::Status(statuses) => Some(statuses.bits()),
            _ if condition.is_everybody() => Some((1 << Status::ALL.len()) - 1),
            _ => None,
        };
        let mut test = compiled.sql;
        if range != Range::ALL {
            statuses = None;
            parameters.push(Cell::Integer(range.from()));
            let from = OWN + parameters.len();
            parameters.push(Cell::Integer(range.to()));
            let to = OWN + parameters.len();
            let place = place("p.pk");
            test =
                format!("CASE WHEN {place} >= ?{from} AND {place} < ?{to} THEN {test} ELSE 0 END");
        }
        Selection {
            database,
            source,
            test,
            parameters,
            statuses,
            lists,
            open: None,
        }
    }

    /// The keys of the next profiles after a key (0 to begin with), ascending.
    /// `limits.bytes` plays no part.
    ///
    /// # Errors
    /// As [`Sql::query`].
    pub async fn pks(
        &self,
        sql: &impl Sql,
        after: i64,
        limits: Limits,
    ) -> Result<Slice<Vec<i64>>, Error> {
        let mut slice: Slice<Vec<i64>> = self.keys(sql, after, limits, "p.pk", "pk").await?;
        slice.found.sort_unstable();
        Ok(slice)
    }

    /// [`Selection::pks`], each key with the revision that its profile has at that
    /// moment: anyone who writes later can tell whether it is the same profile.
    ///
    /// # Errors
    /// As [`Sql::query`].
    pub async fn revisions(
        &self,
        sql: &impl Sql,
        after: i64,
        limits: Limits,
    ) -> Result<Slice<Vec<(i64, i64)>>, Error> {
        let pair = "'[' || pk || ',' || revision || ']'";
        let mut slice: Slice<Vec<(i64, i64)>> = self
            .keys(sql, after, limits, "p.pk, p.revision", pair)
            .await?;
        slice.found.sort_unstable();
        Ok(slice)
    }

    /// The next profiles, each as the JSON text that `packed` makes of some
    /// `columns`.
    async fn keys<T: serde::de::DeserializeOwned>(
        &self,
        sql: &impl Sql,
        after: i64,
        limits: Limits,
        columns: &str,
        packed: &str,
    ) -> Result<Slice<Vec<T>>, Error> {
        let [look, take, _] = self.numbers();
        let (met, end) = (self.taken(columns, look, take), self.end(look));
        let statement = format!(
            "SELECT '[' || group_concat({packed}) || ']',
                    CASE WHEN count(*) >= ?{take} THEN max(pk) ELSE {end} END,
                    (SELECT version FROM catalogue)
             FROM ({met})"
        );
        let limits = [self.look(limits), limits.take];
        let mut row = self.run(sql, &statement, after, &limits).await?;
        let found = match row.optional_text(0)? {
            Some(text) => serde_json::from_str(&text).map_err(corrupt)?,
            None => Vec::new(),
        };
        slice(&row, found)
    }

    /// How many of the next `look` candidates after a key (0 to begin with) are
    /// meant.
    ///
    /// # Errors
    /// As [`Sql::query`].
    pub async fn count(&self, sql: &impl Sql, after: i64, look: i64) -> Result<Slice<i64>, Error> {
        let [place, ..] = self.numbers();
        let (met, end) = (self.met(place), self.end(place));
        let statement = format!("SELECT count(*), {end}, (SELECT version FROM catalogue) {met}");
        let row = self.run(sql, &statement, after, &[look]).await?;
        slice(&row, row.integer(0)?)
    }

    /// A [`Pace`] for [`Selection::count`].
    #[must_use]
    pub fn counting() -> Pace {
        Pace::new(COUNTED_FIRST, COUNTED_AT_ONCE)
    }

    /// How many profiles are meant beyond a key (0 for all), as the definitions
    /// of a version have it. Counted in slices, each on a loan of its own, until
    /// the budget is spent: what changes meanwhile may or may not be counted. All
    /// profiles, and those with a status, cost no counting.
    ///
    /// # Errors
    /// As [`Sql::query`].
    pub async fn total(
        &self,
        lend: &impl Lend,
        version: i64,
        mut after: i64,
        budget: &Budget,
    ) -> Result<Total, Error> {
        if let (Some(statuses), 0) = (self.statuses, after) {
            let statement = include_str!("sql/conditions/counted.sql");
            let parameters = vec![Cell::Integer(self.database.get()), Cell::Integer(statuses)];
            let rows = lend.lend().await?.query(statement, parameters).await?;
            let row = rows.first().ok_or_else(|| corrupt("no count"))?;
            let count = row.integer(0)?;
            return Ok(if row.integer(1)? == version {
                Total::Whole(count)
            } else {
                Total::Stale
            });
        }
        let mut counted = 0;
        let mut pace = Self::counting();
        loop {
            let sql = lend.lend_slice().await?;
            let look = pace.rows();
            let slice = pace.slice(self.count(&sql, after, look)).await?;
            drop(sql);
            if slice.version != version {
                return Ok(Total::Stale);
            }
            counted += slice.found;
            match slice.next {
                Some(next) => after = next,
                None => return Ok(Total::Whole(counted)),
            }
            if budget.is_spent() {
                return Ok(Total::Part { counted, after });
            }
        }
    }

    /// At how many candidates one statement looks. One that looks at all of
    /// them before it gives the first gets no more than it may give, with a
    /// least number that is worth a statement.
    fn look(&self, limits: Limits) -> i64 {
        if self.source.looks_first() {
            limits.look.min(limits.take.max(LEAST_LOOK))
        } else {
            limits.look
        }
    }

    /// The numbers of the parameters that say how many are looked at and taken,
    /// and how many bytes.
    fn numbers(&self) -> [usize; 3] {
        let last = OWN + self.parameters.len();
        [last + 1, last + 2, last + 3]
    }

    /// FROM and WHERE of the profiles that are meant among those looked at. They
    /// stand in a statement once: SQLite copies a common table for every use of
    /// it, and its limit of nesting counts what the copies contain.
    fn met(&self, look: usize) -> String {
        let (from, test) = (self.source.from(look), &self.test);
        let until = match self.open {
            Some(_) => format!(
                "AND p.pk <= coalesce({}, 9223372036854775807)",
                self.until()
            ),
            None => String::new(),
        };
        format!("{from} AND p.database_id = ?1 {until} AND {test}")
    }

    /// The key of the last candidate that is looked at.
    fn end(&self, look: usize) -> String {
        match self.open {
            Some(_) => self.until(),
            None => self.source.end(look),
        }
    }

    /// The parameter that says up to which candidate it is decided: behind those that
    /// say how much a statement may do.
    fn until(&self) -> String {
        let [look, ..] = self.numbers();
        format!("?{}", look + BOUNDS)
    }

    /// The first of them.
    fn taken(&self, columns: &str, look: usize, take: usize) -> String {
        let (met, order) = (self.met(look), self.source.order());
        format!("SELECT {columns} {met} ORDER BY {order} LIMIT ?{take} + 0")
    }

    /// The parameters that every statement has: its own, the compiled ones, and how
    /// much it may do.
    fn bound(&self, after: i64, bounds: &[i64]) -> Vec<Cell> {
        let mut parameters = vec![Cell::Integer(self.database.get()), Cell::Integer(after)];
        parameters.extend(self.parameters.iter().cloned());
        parameters.extend(bounds.iter().copied().map(Cell::Integer));
        parameters
    }

    async fn run(
        &self,
        sql: &impl Sql,
        statement: &str,
        after: i64,
        bounds: &[i64],
    ) -> Result<Row, Error> {
        self.run_with(sql, statement, after, bounds, Vec::new())
            .await
    }

    /// The same with parameters of the statement's own, behind all others.
    async fn run_with(
        &self,
        sql: &impl Sql,
        statement: &str,
        after: i64,
        bounds: &[i64],
        more: Vec<Cell>,
    ) -> Result<Row, Error> {
        let Some(open) = &self.open else {
            let mut parameters = self.bound(after, bounds);
            if !more.is_empty() {
                parameters.resize(OWN + self.parameters.len() + BOUNDS + 1, Cell::Null);
                parameters.extend(more);
            }
            return first(sql, statement, parameters).await;
        };
        let mut bounds = bounds.to_vec();
        if let Some(look) = bounds.first_mut() {
            *look = (*look).min(LOOK_OPEN);
        }
        let look = bounds.first().copied().unwrap_or(LOOK_OPEN);
        let decided = open.decide(sql, self.database, after, look).await?;
        let mut parameters = self.bound(after, &bounds);
        for (place, list) in self.lists.iter().zip(decided.lists) {
            if let Some(cell) = parameters.get_mut(OWN + place) {
                *cell = list;
            }
        }
        parameters.resize(OWN + self.parameters.len() + BOUNDS, Cell::Null);
        parameters.push(Cell::from(decided.until));
        parameters.extend(more);
        first(sql, statement, parameters).await
    }
}

async fn first(sql: &impl Sql, statement: &str, parameters: Vec<Cell>) -> Result<Row, Error> {
    let mut rows = sql.query(statement, parameters).await?;
    rows.pop().ok_or_else(|| corrupt("no slice"))
}

fn slice<T>(row: &Row, found: T) -> Result<Slice<T>, Error> {
    Ok(Slice {
        found,
        next: row.optional_integer(1)?,
        version: row.integer(2)?,
    })
}

/// The place of a profile's key among the [`PLACES`], as [`roster_model::range`]
/// computes it.
fn place(pk: &str) -> String {
    let [upper, lower, more] = FACTORS;
    let mixed =
        format!("((({pk} >> 32) * {upper} + ({pk} & 4294967295) * {lower} + {more}) % {MODULUS})");
    let square = format!("({mixed} * {mixed} % {MODULUS})");
    format!("({square} * {square} % {MODULUS} * {mixed} % {MODULUS} * {PLACES} / {MODULUS})")
}
