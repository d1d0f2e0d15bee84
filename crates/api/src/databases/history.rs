//! `GET /v1/history`

use roster_http::{Call, Paging, Problem, Reply, page_budget, route};
use roster_model::history::Noun;
use roster_model::{DatabaseId, Invalid, Timestamp};
use roster_store::history::{DefinitionChange, DefinitionFilter, Limits, of_definitions};
use roster_store::hooks::short_id;
use roster_store::pace::{PAGE_BYTES, Pace};
use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;

/// How many entries the first statement looks at, and any at most.
const FIRST_LOOK: i64 = 2_000;
const LOOK: i64 = 50_000;

/// One change of a definition.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = DefinitionChange)]
pub(crate) struct ShownChange {
    /// Its id; greater than every earlier one's.
    id: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// `form.created`, `form.updated`, `form.deleted`, …
    #[schema(example = "form.updated")]
    kind: String,
    /// The kind of definition; `null` for an act that is of none, such as `standing.lifted`.
    #[schema(example = "form")]
    noun: Option<&'static str>,
    /// The definition's id; the name of a field or of import settings, the beginning of a
    /// webhook's id.
    #[schema(example = "12")]
    definition_id: Option<String>,
    /// Its database; `null` where it belongs to none.
    #[schema(value_type = Option<String>)]
    database_id: Option<DatabaseId>,
    /// The name of the token that made the change.
    actor: String,
    /// The interface that it was made through.
    #[schema(example = "api")]
    interface: String,
    /// What changed: `[{field, before, after}, …]`. Secrets are masked.
    #[schema(value_type = Vec<roster_model::history::Change>)]
    changes: Box<RawValue>,
}

/// A page of the history of definitions.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct DefinitionHistoryPage {
    /// The changes, newest first.
    items: Vec<ShownChange>,
    /// The cursor of the next page; `null` after the last. A page may have fewer
    /// changes than asked for and still not be the last.
    next: Option<String>,
}

/// Every change of every definition, newest first: of databases and fields, deleted
/// databases too, resources, segments, suppression lists, watchers, webhooks, forms,
/// schedules, import settings and tokens. A token that is limited to some databases sees
/// the changes in those.
#[route(
    get, "/v1/history", HistoryRead, id = "listHistory",
    query = crate::databases::openapi::DefinitionHistoryQuery,
    paged,
    answer = DefinitionHistoryPage,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let paging: Paging<i64> = call.paging()?;
    let mut filter = filter(&call, paging.after)?;
    let budget = page_budget();
    let mut pace = Pace::new(FIRST_LOOK, LOOK);
    let mut bytes = PAGE_BYTES;
    let mut items: Vec<DefinitionChange> = Vec::new();
    let mut looked = false;
    loop {
        // One too many shows that there is a next page.
        let take = (paging.limit + 1 - items.len()) as i64;
        let limits = Limits {
            take,
            look: pace.rows().max(take),
            bytes,
        };
        let sql = match looked {
            false => call.pool.lend().await?,
            true => call.pool.lend_slice().await?,
        };
        looked = true;
        let (found, next) = pace.slice(of_definitions(&sql, &filter, limits)).await?;
        drop(sql);
        for change in found {
            bytes -= i64::try_from(change.entry.size()).unwrap_or(i64::MAX);
            items.push(change);
        }
        if items.len() > paging.limit {
            items.truncate(paging.limit);
            let last = items.last().map(|change| change.entry.id);
            return Ok(answer(items, last, &paging));
        }
        match next {
            Some(next) if bytes > 0 && !budget.is_spent() => filter.before = Some(next),
            next => return Ok(answer(items, next, &paging)),
        }
    }
}

fn answer(items: Vec<DefinitionChange>, next: Option<i64>, paging: &Paging<i64>) -> Reply {
    Reply::ok(&DefinitionHistoryPage {
        items: items.into_iter().map(shown).collect(),
        next: next.map(|next| paging.cursor(&next)),
    })
}

fn filter(call: &Call, before: Option<i64>) -> Result<DefinitionFilter, Problem> {
    let noun = call.query("noun").map(str::parse::<Noun>).transpose();
    let noun = noun.map_err(|invalid| {
        let all = Noun::ALL.map(Noun::as_str);
        Problem::parameter("noun", invalid.detail).with("allowed", json!(all))
    })?;
    let id = call.query("id");
    if id.is_some() && noun.is_none() {
        return Err(Problem::parameter(
            "id",
            "id needs noun: ids of different nouns are alike.",
        ));
    }
    let definition = id.map(|id| match noun {
        // History has only the beginning: the whole of it is the webhook's secret address.
        Some(Noun::Hook) => short_id(id),
        _ => id.to_owned(),
    });
    let mut databases = call.caller.databases.clone();
    let named = [
        ("database", call.query("database")),
        ("id", id.filter(|_| noun == Some(Noun::Database))),
    ];
    for (name, text) in named {
        let Some(text) = text else { continue };
        let wrong = |invalid: Invalid| Problem::parameter(name, invalid.detail);
        let one: DatabaseId = text.parse().map_err(wrong)?;
        let seen = databases.is_none_or(|seen| seen.contains(&one));
        databases = Some(if seen { vec![one] } else { Vec::new() });
    }
    Ok(DefinitionFilter {
        noun,
        definition,
        databases,
        actor: call.query("actor").map(str::to_owned),
        from: call.time("from")?,
        to: call.time("to")?,
        before,
    })
}

fn shown(change: DefinitionChange) -> ShownChange {
    let DefinitionChange {
        entry,
        noun,
        definition,
        database,
    } = change;
    ShownChange {
        id: entry.id.to_string(),
        at: entry.at,
        kind: entry.kind,
        noun: noun.map(Noun::as_str),
        definition_id: definition,
        database_id: database,
        actor: entry.actor,
        interface: entry.interface,
        changes: entry.changes,
    }
}
