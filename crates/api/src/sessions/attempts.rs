//! How often a password may be tried, so that nobody finds one by trying.
//!
//! Counted before the password is looked at, so that many attempts at the same moment are no
//! way around it; what turned out right is taken back. Counted under three keys: one address
//! trying one account is stopped soonest, and where many addresses try one account, or one
//! address many, later. Somebody's own address stays open to them while others try. The first
//! key that is over its limit ends the counting: what one address is refused counts against
//! nobody else, and fills no table. A passkey names no account before it has been checked: it
//! counts under the address alone.

use http::header::{self, HeaderValue};
use roster_http::{Call, Problem, kinds};
use roster_store::rates::{self, Limit};

const MINUTE_MS: i64 = 60_000;

/// One address and one account.
const BOTH: Limit = Limit {
    most: 5,
    span_ms: 5 * MINUTE_MS,
};
/// One account, from anywhere.
const ACCOUNT: Limit = Limit {
    most: 50,
    span_ms: 60 * MINUTE_MS,
};
/// One address, at any account.
const ADDRESS: Limit = Limit {
    most: 50,
    span_ms: 15 * MINUTE_MS,
};

/// What one address may ask for of authenticators: a page for signing in asks when it opens,
/// and many may sit behind one address.
const QUESTIONS: Limit = Limit {
    most: 300,
    span_ms: 5 * MINUTE_MS,
};

/// An address that nothing is known of.
const UNKNOWN: &str = "unknown";

/// An attempt at an account: under which keys it is counted, and within which limits.
pub(crate) struct Attempt(Vec<(String, Limit)>);

impl Attempt {
    /// An attempt from an address, if that is known. What names the account exists or doesn't.
    pub(crate) fn new(account: &str, address: Option<&str>) -> Self {
        let mut attempt = Self::by_passkey(address);
        let address = address.unwrap_or(UNKNOWN);
        attempt.0.extend([
            (format!("sign-in {address} {account}"), BOTH),
            (format!("sign-in account {account}"), ACCOUNT),
        ]);
        attempt
    }

    /// An attempt from an address with a passkey, whosever it is.
    pub(crate) fn by_passkey(address: Option<&str>) -> Self {
        let address = address.unwrap_or(UNKNOWN);
        Attempt(vec![(format!("sign-in address {address}"), ADDRESS)])
    }

    /// Counts it.
    ///
    /// # Errors
    /// [`kinds::TOO_MANY_REQUESTS`] with `Retry-After` where there were too many.
    pub(crate) async fn count(&self, call: &Call) -> Result<(), Problem> {
        let sql = call.pool.lend().await?;
        for (key, limit) in &self.0 {
            if let Some(ms) = rates::wait(&sql, key, *limit, call.now).await? {
                return Err(too_many(ms));
            }
        }
        Ok(())
    }

    /// It was right: it counts for nothing.
    pub(crate) async fn take_back(&self, call: &Call) -> Result<(), Problem> {
        let sql = call.pool.lend().await?;
        for (key, _) in &self.0 {
            rates::take_back(&sql, key).await?;
        }
        Ok(())
    }
}

/// Counts a question to an authenticator, which is kept for a while.
///
/// # Errors
/// As [`Attempt::count`].
pub(crate) async fn count_question(call: &Call, address: Option<&str>) -> Result<(), Problem> {
    let key = format!("passkey question {}", address.unwrap_or(UNKNOWN));
    let sql = call.pool.lend().await?;
    match rates::wait(&sql, &key, QUESTIONS, call.now).await? {
        Some(ms) => Err(too_many(ms)),
        None => Ok(()),
    }
}

fn too_many(ms: i64) -> Problem {
    let seconds = ms.saturating_add(999).div_euclid(1000).max(1);
    let detail = format!("Too many attempts: try again in {seconds} seconds.");
    Problem::new(kinds::TOO_MANY_REQUESTS, detail)
        .header(header::RETRY_AFTER, HeaderValue::from(seconds))
}
