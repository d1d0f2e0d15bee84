//! `GET /`

use http::HeaderMap;
use http::header::{self, HeaderValue};
use roster_http::{Call, Meaning, Problem, Reply, route};

/// Leads browsers to the console, and programs to the API's description.
#[route(
    get, "/", Anybody, id = "home",
    responses((
        status = 302,
        description = "Browsers are led to `/console/`, programs to `/v1/docs`.",
    )),
)]
pub(crate) async fn home(call: Call) -> Result<Reply, Problem> {
    let place = match takes_pages(&call.headers) {
        true => "/console/",
        false => "/v1/docs",
    };
    let reply = Reply::new("").meaning(Meaning::Found);
    Ok(reply
        .header(header::VARY, HeaderValue::from_static("accept"))
        .header(header::LOCATION, HeaderValue::from_static(place)))
}

/// Whether a client asks for pages by name, as browsers do.
fn takes_pages(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT).iter();
    let mut kinds = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    kinds.any(|kind| {
        let name = kind.split(';').next().unwrap_or_default().trim();
        name.eq_ignore_ascii_case("text/html")
    })
}
