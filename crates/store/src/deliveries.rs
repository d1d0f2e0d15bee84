//! Deliveries: what webhooks received and what became of it, kept for 30 days.

use roster_model::{ProfileId, Timestamp};
use serde_json::{Value, json};

use crate::packed::corrupt;
use crate::{Cell, Error, Row, Sql};

/// How long a delivery is kept, in milliseconds: 30 days.
pub const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// One delivery as it is written.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The webhook's id.
    pub hook: String,
    /// The sender's id of it, or a hash of the body.
    pub sender_id: String,
    /// When it came.
    pub received_at: Timestamp,
    /// What became of it.
    pub outcome: Outcome,
    /// Of which profile.
    pub profile: Option<ProfileId>,
    /// More about it: an object.
    pub detail: Value,
    /// What came: headers (secrets masked) and body; an object.
    pub request: Value,
}

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// A profile came to be.
    Created,
    /// A profile changed.
    Updated,
    /// Everything was already so.
    Unchanged,
    /// The mapping says that it is nothing to act on, or it came late.
    Skipped,
    /// It could not be applied: it can be replayed.
    Failed,
}

impl Outcome {
    /// All outcomes.
    pub const ALL: [Outcome; 5] = [
        Outcome::Created,
        Outcome::Updated,
        Outcome::Unchanged,
        Outcome::Skipped,
        Outcome::Failed,
    ];

    /// The name, as in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Created => "created",
            Outcome::Updated => "updated",
            Outcome::Unchanged => "unchanged",
            Outcome::Skipped => "skipped",
            Outcome::Failed => "failed",
        }
    }

    /// The outcome with a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

impl Delivery {
    /// The row, as statements take it.
    pub(crate) fn to_row(&self) -> Value {
        json!([
            self.hook,
            self.sender_id,
            self.received_at.ms(),
            self.outcome.as_str(),
            self.profile.map(ProfileId::pk),
            self.detail.to_string(),
            self.request.to_string(),
        ])
    }
}

/// A delivery that was kept.
#[derive(Clone, Debug)]
pub struct DeliveryRow {
    /// Its id.
    pub id: i64,
    /// How often it came and was tried.
    pub times: i64,
    /// What is known of it. Lists leave `request` out: it is `null` there.
    pub delivery: Delivery,
}

/// Which deliveries of a webhook are meant.
#[derive(Clone, Debug, Default)]
pub struct Filter<'a> {
    /// Those with this outcome.
    pub outcome: Option<Outcome>,
    /// Those that were first received then or later.
    pub from: Option<Timestamp>,
    /// Those that were first received earlier.
    pub to: Option<Timestamp>,
    /// The one with this id of the sender's.
    pub sender_id: Option<&'a str>,
}

/// Keeps a delivery that wrote no profile: one that was skipped or failed. False
/// if it was applied before: then that stays known, and nothing is kept. One
/// statement, so it is whole by itself.
///
/// # Errors
/// As [`Sql::query`].
pub async fn put(sql: &impl Sql, delivery: &Delivery) -> Result<bool, Error> {
    let parameters = vec![
        Cell::from(delivery.hook.as_str()),
        Cell::from(delivery.sender_id.as_str()),
        Cell::Integer(delivery.received_at.ms()),
        Cell::from(delivery.outcome.as_str()),
        Cell::Text(crate::json(&delivery.detail)?),
        Cell::Text(crate::json(&delivery.request)?),
    ];
    let rows = sql
        .query(include_str!("sql/deliveries/put.sql"), parameters)
        .await?;
    Ok(!rows.is_empty())
}

/// One delivery of a webhook, with its request.
///
/// # Errors
/// As [`Sql::query`].
pub async fn get(sql: &impl Sql, hook: &str, id: i64) -> Result<Option<DeliveryRow>, Error> {
    let parameters = vec![Cell::from(hook), Cell::Integer(id)];
    let rows = sql
        .query(include_str!("sql/deliveries/get.sql"), parameters)
        .await?;
    let Some(mut row) = rows.into_iter().next() else {
        return Ok(None);
    };
    let request = serde_json::from_str(&row.text(8)?).map_err(corrupt)?;
    let mut found = kept(row)?;
    found.delivery.request = request;
    Ok(Some(found))
}

/// The deliveries of a webhook, newest first, before the one with the id
/// `before`, at most `limit`; without their requests.
///
/// # Errors
/// As [`Sql::query`].
pub async fn page(
    sql: &impl Sql,
    hook: &str,
    filter: &Filter<'_>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<DeliveryRow>, Error> {
    let ms = |at: Option<Timestamp>, none| Cell::Integer(at.map_or(none, Timestamp::ms));
    let mut parameters = vec![
        Cell::from(hook),
        Cell::Integer(before.unwrap_or(i64::MAX)),
        Cell::Integer(limit),
        Cell::from(filter.outcome.map(Outcome::as_str)),
        ms(filter.from, i64::MIN),
        ms(filter.to, i64::MAX),
    ];
    let statement = match filter.sender_id {
        None => include_str!("sql/deliveries/page.sql"),
        Some(sender_id) => {
            parameters.push(Cell::from(sender_id));
            include_str!("sql/deliveries/of_sender.sql")
        }
    };
    let rows = sql.query(statement, parameters).await?;
    rows.into_iter().map(kept).collect()
}

/// Forgets deliveries that are older than [`KEPT_MS`] at `now`, at most `limit`;
/// gives how many.
///
/// # Errors
/// As [`Sql::query`].
pub async fn expire(sql: &impl Sql, now: Timestamp, limit: i64) -> Result<usize, Error> {
    let parameters = vec![
        Cell::Integer(now.ms().saturating_sub(KEPT_MS)),
        Cell::Integer(limit),
    ];
    let rows = sql
        .query(include_str!("sql/deliveries/expire.sql"), parameters)
        .await?;
    Ok(rows.len())
}

fn kept(mut row: Row) -> Result<DeliveryRow, Error> {
    let profile = row.optional_integer(5)?;
    let profile = profile.map(|pk| ProfileId::from_pk(pk).ok_or_else(|| corrupt("a key")));
    Ok(DeliveryRow {
        id: row.integer(0)?,
        times: row.integer(7)?,
        delivery: Delivery {
            hook: row.text(1)?,
            sender_id: row.text(2)?,
            received_at: Timestamp::from_ms(row.integer(3)?),
            outcome: Outcome::named(&row.text(4)?).ok_or_else(|| corrupt("an outcome"))?,
            profile: profile.transpose()?,
            detail: serde_json::from_str(&row.text(6)?).map_err(corrupt)?,
            request: Value::Null,
        },
    })
}
