//! `GET /v1/suppressions/{id}/counters`

use crate::suppressions::shape::{ListAccess, found};
use roster_http::{Call, Problem, Reply, route};
use roster_model::suppression::{Form, Kind};
use roster_store::suppressions::entries::{self, Totals};
use serde::Serialize;

/// How many entries a list has.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = SuppressionCounters)]
pub(crate) struct Counters {
    /// All of them.
    total: i64,
    /// E-mail addresses.
    email: Counts,
    /// Domains.
    domain: Counts,
    /// Phone numbers.
    phone: Counts,
    /// Domains that mean everything below them too; counted among domains.
    subdomains: i64,
}

/// How many entries of one type, by how they are kept.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = SuppressionCounts)]
struct Counts {
    /// The values themselves.
    plain: i64,
    /// MD5 hashes.
    md5: i64,
    /// SHA-256 hashes.
    sha256: i64,
}

impl Counters {
    fn new(totals: &Totals) -> Self {
        let count = |kind, form| {
            let found = totals.by_form.iter();
            let mut found = found.filter(|(k, f, _)| (*k, *f) == (kind, form));
            found.next().map_or(0, |(_, _, count)| *count)
        };
        let counts = |kind| Counts {
            plain: count(kind, Form::Plain),
            md5: count(kind, Form::Md5),
            sha256: count(kind, Form::Sha256),
        };
        Counters {
            total: totals.by_form.iter().map(|(_, _, count)| count).sum(),
            email: counts(Kind::Email),
            domain: counts(Kind::Domain),
            phone: counts(Kind::Phone),
            subdomains: totals.subdomains,
        }
    }
}

/// How many entries a suppression list has, by type and hash.
#[route(
    get, "/v1/suppressions/{id}/counters", SuppressionsRead, id = "countSuppressed",
    answer = Counters,
)]
pub(crate) async fn counters(call: Call) -> Result<Reply, Problem> {
    let sql = call.pool.lend().await?;
    let list = found(&sql, &call, ListAccess::Look).await?.list;
    let totals = entries::totals(&sql, list.id).await?;
    Ok(Reply::ok(&Counters::new(&totals)))
}
