//! `GET /v1/openapi.json` and `GET /v1/docs`: both made when the project was
//! built (`cargo run -p roster-openapi`), from the types that handlers use.

use bytes::Bytes;
use http::header::{self, HeaderValue};
use roster_http::{Call, Problem, Reply, route};

const DOCUMENT: &[u8] = include_bytes!("../../openapi.json");
const PAGE: &[u8] = include_bytes!("../../docs.html");

/// The API's description, OpenAPI 3.1.
#[route(
    get, "/v1/openapi.json", Anybody, id = "getOpenApi",
    responses((status = 200, body = serde_json::Value, example = json!({"openapi": "3.1.0"}))),
)]
pub(crate) async fn openapi(_: Call) -> Result<Reply, Problem> {
    Ok(Reply::json_text(200, Bytes::from_static(DOCUMENT)))
}

/// The API's description as a page that loads nothing from elsewhere.
#[route(
    get, "/v1/docs", Anybody, id = "getDocs",
    responses((status = 200, content_type = "text/html", body = String)),
)]
pub(crate) async fn page(_: Call) -> Result<Reply, Problem> {
    Ok(Reply::new(200, Bytes::from_static(PAGE))
        .header(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        )
        .header(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'"),
        ))
}
