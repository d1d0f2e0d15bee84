//! `GET /v1/suppressions/{id}/entries`

use crate::suppressions::shape::{ListAccess, ShownEntry, found};
use roster_http::{Call, Problem, Reply, route};
use roster_model::suppression::Kind;
use roster_store::suppressions::entries::{self, EntryFilter};

/// The longest beginning that can be asked for, in bytes: that of any key.
const MOST_PREFIX: usize = 400;

/// What stands on a suppression list, in the order of the values: all, those of
/// one type, those that begin with a text.
#[route(
    get, "/v1/suppressions/{id}/entries", SuppressionsRead, id = "listSuppressed",
    query = crate::suppressions::openapi::EntriesQuery,
    page = ShownEntry,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let asked = EntryFilter {
        kind: kind(&call)?,
        prefix: prefix(call.query("q").unwrap_or_default())?,
    };
    let paging = call.paging::<String>()?;
    let sql = call.pool.lend().await?;
    let list = found(&sql, &call, ListAccess::Read).await?.list;
    let read = async |after: Option<&String>, rows| {
        entries::page(&sql, list.id, &asked, after.map(String::as_str), rows).await
    };
    let show = |kept| Ok(ShownEntry::from(kept));
    let page = paging
        .read(read, |kept| kept.entry.key.clone(), show)
        .await?;
    Ok(Reply::ok(&page))
}

/// The query parameter `type`.
pub(crate) fn kind(call: &Call) -> Result<Option<Kind>, Problem> {
    let kind = call.query("type").map(str::parse::<Kind>).transpose();
    kind.map_err(|invalid| Problem::parameter("type", invalid.detail))
}

/// How keys begin that begin with what somebody typed.
fn prefix(typed: &str) -> Result<String, Problem> {
    let typed = typed.trim();
    // As domains are written; their keys have neither.
    let domain = typed.strip_prefix("*.").or_else(|| typed.strip_prefix('@'));
    let prefix = domain.unwrap_or(typed).to_lowercase();
    if prefix.len() > MOST_PREFIX || prefix.chars().any(char::is_control) {
        let detail = format!("q must be a text of one line, at most {MOST_PREFIX} bytes.");
        return Err(Problem::parameter("q", detail));
    }
    Ok(prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_looked_for_as_keys_are() {
        for (typed, want) in [
            ("", ""),
            (" Ann@", "ann@"),
            ("@X.org", "x.org"),
            ("*.x", "x"),
            ("+49", "+49"),
        ] {
            assert_eq!(prefix(typed).unwrap(), want);
        }
        assert!(prefix("a\u{1}b").is_err());
        assert!(prefix(&"x".repeat(401)).is_err());
    }
}
