//! `POST /v1/suppressions/{id}/check`

use crate::suppressions::shape::{ListAccess, ShownEntry, found};
use crate::suppressions::values::{check_count, entry, region_of};
use roster_http::{Call, Problem, Reply, route};
use roster_model::Code;
use roster_model::Invalid;
use roster_model::suppression::{Entry, Kind};
use roster_store::suppressions::entries::{self, EntryRow};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::HashMap;

/// The most values that one request may ask about.
const MOST_VALUES: usize = 1000;

/// Values that are asked about.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"values": ["ann@example.org"]}))]
struct CheckValues<'a> {
    /// As they are added.
    #[serde(borrow)]
    #[schema(value_type = Vec<serde_json::Value>, min_items = 1, max_items = 1000)]
    values: Vec<&'a RawValue>,
    /// Where numbers without `+` are dialled, an ISO 3166 code of two letters.
    region: Option<String>,
}

/// Whether a value is on the list, and by what.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct CheckedValue<'a> {
    /// The value as it was sent.
    #[schema(value_type = serde_json::Value, example = "ann@example.org")]
    value: &'a RawValue,
    /// Whether it gets no messages.
    matched: bool,
    /// Whether the address is on the list.
    email_matched: bool,
    /// Whether its domain is, or one above it with its subdomains.
    domain_matched: bool,
    /// Whether the number is on the list.
    phone_matched: bool,
    /// The entry that says so, the one nearest to the value.
    #[schema(required)]
    entry: Option<ShownEntry>,
    /// Why the value can't be read; it matches nothing then.
    #[schema(required)]
    error: Option<UnreadValue>,
}

/// Why a value can't be read.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct UnreadValue {
    /// The stable name of what is wrong.
    #[schema(value_type = String, example = "unrecognised")]
    code: Code,
    /// What is wrong and what would be right.
    detail: String,
}

/// What is known about the values.
#[derive(Serialize, utoipa::ToSchema)]
struct CheckedValues<'a> {
    /// One for each value, in their order.
    items: Vec<CheckedValue<'a>>,
}

/// Asks whether values are on a suppression list, a thousand at most: a plain
/// value is found by its hashes and by its domain too.
#[route(
    post, "/v1/suppressions/{id}/check", SuppressionsRead, id = "checkSuppressed",
    body = CheckValues<'_>,
    answer = CheckedValues<'_>,
)]
pub(crate) async fn check(call: Call) -> Result<Reply, Problem> {
    let asked: CheckValues = call.json()?;
    check_count("values", asked.values.len(), MOST_VALUES)?;
    let region = region_of(asked.region.as_deref())?;
    let read: Vec<Result<Entry, Invalid>> = asked
        .values
        .iter()
        .map(|value| entry(value, region))
        .collect();
    let sql = call.pool.lend().await?;
    let list = found(&sql, &call, ListAccess::Look).await?.list;
    let keys = read.iter().flatten().flat_map(|one| one.keys(list.forms));
    let keys: Vec<String> = keys.collect();
    let kept = entries::find(&sql, &[list.id], &keys).await?;
    drop(sql);
    let kept: HashMap<&str, &EntryRow> = kept.iter().map(|kept| (&*kept.entry.key, kept)).collect();
    let items = asked.values.iter().zip(read).map(|(value, read)| {
        let hits: Vec<&EntryRow> = match &read {
            Ok(entry) => {
                let found = entry.keys(list.forms).into_iter();
                let found = found.filter_map(|key| kept.get(&*key).copied());
                found.filter(|kept| kept.entry.covers(entry)).collect()
            }
            Err(_) => Vec::new(),
        };
        let by = |kind: Kind| hits.iter().any(|kept| kept.entry.kind == kind);
        CheckedValue {
            value,
            matched: !hits.is_empty(),
            email_matched: by(Kind::Email),
            domain_matched: by(Kind::Domain),
            phone_matched: by(Kind::Phone),
            entry: hits.first().map(|kept| ShownEntry::from((*kept).clone())),
            error: read.err().map(|invalid| UnreadValue {
                code: invalid.code,
                detail: invalid.detail,
            }),
        }
    });
    Ok(Reply::ok(&CheckedValues {
        items: items.collect(),
    }))
}
