//! How many profiles have which value.

use std::collections::HashMap;

use roster_http::{Call, DEFINITION_TRIES, Problem, RawSelection, Reply};
use roster_model::{Code, DatabaseId, Invalid, SortKey, Status, Timestamp};
use roster_store::conditions::Selection;
use roster_store::pace::Budget;
use serde::Serialize;
use serde_json::Value;

use super::count::Count;

/// How many have a value.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = ProfileGroup, example = json!({"value": "Paris", "count": 12}))]
pub(crate) struct Group {
    /// The value; of moments the day; `null` for none.
    value: Value,
    /// How many.
    count: i64,
}

/// How many groups an answer has at most, and how many are kept while counting.
const SHOWN_GROUPS: usize = 1000;
const MOST_GROUPS: usize = 100_000;

/// Counts by value.
pub(super) async fn answer(
    call: &Call,
    id: DatabaseId,
    asked: &RawSelection<'_>,
    text: &str,
    budget: &Budget,
) -> Result<Reply, Problem> {
    let key = call
        .by_definitions(id, |definitions| {
            let key = SortKey::parse(text, &definitions.database);
            key.map_err(|wrong| vec![wrong.at("group_by")])
        })
        .await?;
    'again: for _ in 0..DEFINITION_TRIES {
        let (selection, version) = asked.read(call, id).await?;
        let mut total = 0;
        let mut counts: HashMap<String, (Value, i64)> = HashMap::new();
        let mut pace = Selection::counting();
        let mut after = 0;
        loop {
            let sql = call.pool.lend_slice().await?;
            let rows = pace.rows();
            let slice = pace
                .slice(selection.grouped(&sql, &key, after, rows))
                .await?;
            drop(sql);
            if slice.version != version {
                call.catalogue.forget(id);
                continue 'again;
            }
            total += slice.found.profiles;
            for (value, n) in slice.found.by_value {
                let (_, sum) = counts.entry(value.to_string()).or_insert((value, 0));
                *sum += n;
            }
            if counts.len() > MOST_GROUPS {
                let detail = format!("There are more than {MOST_GROUPS} values to count by.");
                let wrong = Invalid::new(Code::TooMany, detail);
                return Err(vec![wrong.at("group_by")].into());
            }
            match slice.next {
                None => break,
                Some(_) if budget.is_spent() => {
                    return Err(Problem::took_too_long(
                        "Not all could be counted in the time that one request has. Make the \
                         condition simpler, or ask for a segment.",
                    ));
                }
                Some(next) => after = next,
            }
        }
        let mut groups: Vec<Group> = counts
            .into_values()
            .map(|(value, n)| Group {
                value: shown(&key, value),
                count: n,
            })
            .collect();
        groups.sort_unstable_by(|a, b| {
            let by_count = b.count.cmp(&a.count);
            by_count.then_with(|| a.value.to_string().cmp(&b.value.to_string()))
        });
        let rest = groups.iter().skip(SHOWN_GROUPS).map(|group| group.count);
        let others = (groups.len() > SHOWN_GROUPS).then(|| rest.sum());
        groups.truncate(SHOWN_GROUPS);
        return Ok(Reply::ok(&Count {
            count: total,
            groups: Some(groups),
            others,
        }));
    }
    Err(roster_store::Error::Busy.into())
}

/// A value as it is shown: a status by its name, a moment by its day.
fn shown(key: &SortKey, value: Value) -> Value {
    let Some(number) = value.as_i64() else {
        return value;
    };
    match key {
        SortKey::Field { .. } => value,
        SortKey::Status => {
            Status::from_number(number).map_or(value, |status| Value::from(status.as_str()))
        }
        SortKey::Created | SortKey::Updated => {
            let moment = Timestamp::from_ms(number).to_string();
            Value::from(moment.split('T').next().unwrap_or_default())
        }
    }
}
