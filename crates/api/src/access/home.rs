//! `GET /`

use http::header::{self, HeaderValue};
use roster_http::{Call, Meaning, Problem, Reply, route};

/// Leads to the API's description.
#[route(
    get, "/", Anybody, id = "home",
    responses((status = 302, description = "The description is at `/v1/docs`.")),
)]
pub(crate) async fn home(_: Call) -> Result<Reply, Problem> {
    let docs = HeaderValue::from_static("/v1/docs");
    let reply = Reply::new("").meaning(Meaning::Found);
    Ok(reply.header(header::LOCATION, docs))
}
