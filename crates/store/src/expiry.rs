//! Forgetting what is kept for a time only: messages, deliveries of webhooks,
//! what was heard already, how often something was done, what was counted of days, and
//! questions that nobody answered. So are rows of a source whose schedule is gone.

use roster_model::Timestamp;
use roster_model::opt_in::MAX_LINK_DAYS;

use crate::overview::{DAY_MS, DAYS_KEPT, day_of};
use crate::{Cell, Error, Sql, deliveries};

/// How long a message is kept after its end, in milliseconds: 30 days.
pub const MESSAGES_MS: i64 = 30 * DAY_MS;
/// How long it is known what was heard, in milliseconds: 35 days.
pub const SEEN_MS: i64 = 35 * DAY_MS;
/// How long it is known how often something was done, in milliseconds: 2 days.
pub const RATES_MS: i64 = 2 * DAY_MS;

/// Forgets what is old at `now`, at most `limit` of each; gives how many rows.
///
/// # Errors
/// As [`Sql::query`].
pub async fn expire(sql: &impl Sql, now: Timestamp, limit: i64) -> Result<usize, Error> {
    let ago = |ms: i64| Cell::Integer(now.ms().saturating_sub(ms));
    let limit = || Cell::Integer(limit);
    let first_day = || Cell::Integer(day_of(now) - DAYS_KEPT);
    // A question that was not sent for so long would have a dead link.
    let unsent = MAX_LINK_DAYS * DAY_MS;
    // A look takes no lock, and mostly there is nothing.
    let parameters = vec![
        ago(MESSAGES_MS),
        ago(unsent),
        ago(deliveries::KEPT_MS),
        ago(SEEN_MS),
        ago(RATES_MS),
        first_day(),
        ago(0),
    ];
    let any = sql
        .query(include_str!("sql/expiry/any.sql"), parameters)
        .await?;
    if any.first().map(|row| row.integer(0)).transpose()? != Some(1) {
        return Ok(0);
    }
    let mut gone = 0;
    for (statement, parameters) in [
        (
            include_str!("sql/expiry/outbox.sql"),
            vec![ago(MESSAGES_MS), ago(unsent), limit()],
        ),
        (
            include_str!("sql/expiry/deliveries.sql"),
            vec![ago(deliveries::KEPT_MS), limit()],
        ),
        (
            include_str!("sql/expiry/seen.sql"),
            vec![ago(SEEN_MS), limit()],
        ),
        (
            include_str!("sql/expiry/rates.sql"),
            vec![ago(RATES_MS), limit()],
        ),
        (
            include_str!("sql/expiry/day_counts.sql"),
            vec![first_day(), limit()],
        ),
        (
            include_str!("sql/expiry/passkey_questions.sql"),
            vec![ago(0), limit()],
        ),
        (include_str!("sql/expiry/source_rows.sql"), vec![limit()]),
    ] {
        gone += sql.query(statement, parameters).await?.len();
    }
    Ok(gone)
}
