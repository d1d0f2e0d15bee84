//! `GET /v1/standing/export`

use super::shape::{ShownStanding, for_all};
use bytes::Bytes;
use http::header::{self, HeaderValue};
use roster_http::{Call, Problem, Reply, Source, route};
use roster_store::spin::Pool;
use roster_store::standing::ledger::{self, EntryPlace};

/// How many entries are read at a time.
const PAGE: i64 = 1000;

/// All that is kept of how contacts stand, as hashes, one JSON object a line: what
/// `POST /v1/standing/import` of another installation takes as `entries`, together
/// with the keys.
#[route(
    get, "/v1/standing/export", SuppressionsRead, id = "exportStanding",
    responses((status = 200, content_type = "application/jsonl", body = String)),
)]
pub(crate) async fn export(call: Call) -> Result<Reply, Problem> {
    for_all(&call)?;
    let rows = Rows {
        pool: call.pool,
        after: None,
    };
    let name = HeaderValue::from_static("attachment; filename=\"standing.jsonl\"");
    let reply = Reply::stream("application/jsonl", rows);
    Ok(reply.header(header::CONTENT_DISPOSITION, name))
}

/// The entries that are still to be sent.
struct Rows {
    pool: &'static Pool,
    after: Option<EntryPlace>,
}

impl Source for Rows {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, Problem> {
        let sql = self.pool.lend_slice().await?;
        let page = ledger::page(&sql, self.after.as_ref(), PAGE).await;
        drop(sql);
        let page = page?;
        let Some(last) = page.last() else {
            return Ok(None);
        };
        self.after = Some(last.place());
        let mut lines = Vec::new();
        for entry in page {
            let shown = ShownStanding::from(entry);
            serde_json::to_writer(&mut lines, &shown).map_err(|error| Problem::internal(&error))?;
            lines.push(b'\n');
        }
        Ok(Some((lines.into(), self)))
    }
}
