//! The profiles of a selection in an order, and how many of them have which value.
//!
//! There is no index for a field that nobody matches by. So all profiles are looked at for each
//! page, a slice at a time, and of every slice only what may be on the page is taken.

use std::cmp::Ordering;

use roster_model::{FieldType, Sort, SortKey};
use serde::{Deserialize, Serialize};

use super::{OWN, Selection, Slice, first, slice};
use crate::packed::corrupt;
use crate::{Cell, Error, Sql};

/// As far as texts are compared, in characters; what is alike so far stays in the order of
/// creation.
const COMPARED: usize = 200;

/// What a profile is sorted by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SortValue {
    /// A whole number, a moment in milliseconds, a status.
    Whole(i64),
    /// A number with a fraction.
    Number(f64),
    /// A text, in lower case as far as it is ASCII.
    Text(String),
    /// Nothing.
    None,
}

/// Where a profile stands in an order: what it is sorted by, and its key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SortPlace(pub SortValue, pub i64);

impl SortValue {
    fn to_cell(&self) -> Cell {
        match self {
            SortValue::Whole(number) => Cell::Integer(*number),
            SortValue::Number(number) => Cell::Real(*number),
            SortValue::Text(text) => Cell::from(text.as_str()),
            SortValue::None => Cell::Null,
        }
    }

    /// As SQLite compares them; values of one key are of one type.
    fn compare(&self, other: &SortValue) -> Ordering {
        match (self, other) {
            (SortValue::Whole(a), SortValue::Whole(b)) => a.cmp(b),
            (SortValue::Number(a), SortValue::Number(b)) => a.total_cmp(b),
            (SortValue::Text(a), SortValue::Text(b)) => a.cmp(b),
            (a, b) => a.rank().cmp(&b.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            SortValue::Whole(_) => 0,
            SortValue::Number(_) => 1,
            SortValue::Text(_) => 2,
            SortValue::None => 3,
        }
    }
}

impl SortPlace {
    /// Which of two comes first.
    #[must_use]
    pub fn compare(&self, other: &SortPlace, descending: bool) -> Ordering {
        let (SortPlace(a, pk), SortPlace(b, other_pk)) = (self, other);
        let by_value = match (a, b) {
            // Those without a value come last either way.
            (SortValue::None, _) | (_, SortValue::None) => a.compare(b),
            _ if descending => b.compare(a),
            _ => a.compare(b),
        };
        by_value.then(pk.cmp(other_pk))
    }
}

/// How many profiles there are, and how many have which value.
#[derive(Clone, Debug, PartialEq)]
pub struct Groups {
    /// How many profiles.
    pub profiles: i64,
    /// How many have which value; `null` for none.
    pub by_value: Vec<(serde_json::Value, i64)>,
}

/// The parameters that only these statements have: behind the one that says up to which
/// candidate it is decided.
struct OwnParameters {
    first: usize,
    cells: Vec<Cell>,
}

impl OwnParameters {
    fn bind(&mut self, cell: Cell) -> String {
        self.cells.push(cell);
        format!("?{}", self.first + self.cells.len() - 1)
    }
}

/// The value of a key of the profile `p`, as an expression; of a list its first item.
fn value(key: &SortKey, parameters: &mut OwnParameters) -> String {
    let (name, field_type) = match key {
        // Keys are in order of creation.
        SortKey::Created => return "p.pk".to_owned(),
        SortKey::Updated => return "p.updated_at".to_owned(),
        SortKey::Status => return "p.status".to_owned(),
        SortKey::Field { name, field_type } => (name, field_type),
    };
    let item = match field_type {
        FieldType::Tags | FieldType::Phones => "[0]",
        _ => "",
    };
    let path = parameters.bind(Cell::Text(format!("$.\"{name}\"{item}")));
    let value = format!("p.data ->> {path}");
    match field_type {
        FieldType::Integer | FieldType::Boolean => value,
        FieldType::Float => format!("CAST({value} AS REAL)"),
        FieldType::String
        | FieldType::Date
        | FieldType::Enum
        | FieldType::Ip
        | FieldType::Email
        | FieldType::Tags
        | FieldType::Phones
        // No key is an object (model::SortKey).
        | FieldType::Object
        | FieldType::Objects => format!("lower(substr({value}, 1, {COMPARED}))"),
    }
}

impl Selection {
    /// The first `take` in an order among the next `look` candidates after a key (0 to begin
    /// with): those behind `beyond`, if it is given, in no certain order.
    ///
    /// # Errors
    /// As [`Sql::query`].
    pub async fn sorted(
        &self,
        sql: &impl Sql,
        sort: &Sort,
        beyond: Option<&SortPlace>,
        after: i64,
        look: i64,
        take: i64,
    ) -> Result<Slice<Vec<SortPlace>>, Error> {
        let [look_at, take_at, _] = self.numbers();
        let (met, end) = (self.met(look_at), self.end(look_at));
        let mut more = self.more();
        let key = value(&sort.key, &mut more);
        let (sign, direction) = if sort.descending {
            ("<", "DESC")
        } else {
            (">", "ASC")
        };
        let behind = match beyond {
            None => "true".to_owned(),
            Some(SortPlace(SortValue::None, pk)) => {
                let pk = more.bind(Cell::Integer(*pk));
                format!("key IS NULL AND pk > {pk}")
            }
            Some(SortPlace(value, pk)) => {
                let (value, pk) = (more.bind(value.to_cell()), more.bind(Cell::Integer(*pk)));
                format!("(key IS NULL OR key {sign} {value} OR (key = {value} AND pk > {pk}))")
            }
        };
        let statement = format!(
            "SELECT json_group_array(json_array(key, pk)), {end}, (SELECT version FROM catalogue)
             FROM (
                 SELECT key, pk
                 FROM (SELECT {key} AS key, p.pk AS pk {met})
                 WHERE {behind}
                 ORDER BY key IS NULL, key {direction}, pk
                 LIMIT ?{take_at} + 0
             )"
        );
        let bounds = [look, take];
        let more = more.cells;
        let mut row = self.run_with(sql, &statement, after, &bounds, more).await?;
        let found = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
        slice(&row, found)
    }

    /// Whether [`Selection::newest`] finds what it gives without a look at all others.
    #[must_use]
    pub fn walks_back(&self) -> bool {
        self.open.is_none() && self.source.is_everybody()
    }

    /// The keys of the newest among the profiles before a key, descending; only of a selection
    /// that [walks back](Selection::walks_back).
    ///
    /// # Errors
    /// As [`Sql::query`].
    pub async fn newest(
        &self,
        sql: &impl Sql,
        before: i64,
        look: i64,
        take: i64,
    ) -> Result<Slice<Vec<i64>>, Error> {
        let [look_at, take_at, _] = self.numbers();
        let end = format!(
            "(SELECT pk FROM profiles INDEXED BY profiles_by_database
              WHERE database_id = ?1 AND pk < ?2 ORDER BY pk DESC LIMIT 1 OFFSET ?{look_at} - 1)"
        );
        let test = &self.test;
        let statement = format!(
            "SELECT json_group_array(pk),
                    CASE WHEN count(*) >= ?{take_at} THEN min(pk) ELSE {end} END,
                    (SELECT version FROM catalogue)
             FROM (
                 SELECT p.pk AS pk
                 FROM profiles AS p INDEXED BY profiles_by_database
                 WHERE p.database_id = ?1 AND p.pk < ?2 AND p.pk >= coalesce({end}, 0) AND {test}
                 ORDER BY p.pk DESC
                 LIMIT ?{take_at} + 0
             )"
        );
        let parameters = self.bound(before, &[look, take]);
        let mut row = first(sql, &statement, parameters).await?;
        let mut found: Vec<i64> = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
        found.sort_unstable_by(|a, b| b.cmp(a));
        slice(&row, found)
    }

    /// How many of the next `look` candidates after a key (0 to begin with) are meant, and how
    /// many of these have which value; a profile counts once for each item of a list. Moments
    /// are counted by their day in UTC, as milliseconds of its beginning.
    ///
    /// # Errors
    /// As [`Sql::query`].
    pub async fn grouped(
        &self,
        sql: &impl Sql,
        key: &SortKey,
        after: i64,
        look: i64,
    ) -> Result<Slice<Groups>, Error> {
        let [look_at, ..] = self.numbers();
        let (met, end) = (self.met(look_at), self.end(look_at));
        let mut more = self.more();
        // A text is shown as it is stored: true stays true.
        let (items, shown) = match key {
            SortKey::Created | SortKey::Updated => {
                let column = match key {
                    SortKey::Created => "created_at",
                    _ => "updated_at",
                };
                let day = format!("p.{column} / 86400000 * 86400000");
                (format!("SELECT {day} AS value, 1 AS first {met}"), "value")
            }
            SortKey::Status => (
                format!("SELECT p.status AS value, 1 AS first {met}"),
                "value",
            ),
            SortKey::Field { name, field_type } => {
                let path = more.bind(Cell::Text(format!("$.\"{name}\"")));
                match field_type {
                    FieldType::Tags | FieldType::Phones => (
                        format!(
                            "SELECT item.value AS value, coalesce(item.key, 0) = 0 AS first
                             FROM (SELECT p.data -> {path} AS items {met})
                             LEFT JOIN json_each(items) AS item"
                        ),
                        "value",
                    ),
                    _ => (
                        format!("SELECT p.data -> {path} AS value, 1 AS first {met}"),
                        "json(value)",
                    ),
                }
            }
        };
        let statement = format!(
            "SELECT json_group_array(json_array({shown}, n)), {end}, (SELECT version FROM catalogue),
                    coalesce(sum(profiles), 0)
             FROM (SELECT value, count(*) AS n, sum(first) AS profiles FROM ({items}) GROUP BY value)"
        );
        let more = more.cells;
        let mut row = self.run_with(sql, &statement, after, &[look], more).await?;
        let groups = Groups {
            profiles: row.integer(3)?,
            by_value: serde_json::from_str(&row.text(0)?).map_err(corrupt)?,
        };
        slice(&row, groups)
    }

    fn more(&self) -> OwnParameters {
        OwnParameters {
            first: OWN + self.parameters.len() + super::BOUNDS + 2,
            cells: Vec::new(),
        }
    }
}
