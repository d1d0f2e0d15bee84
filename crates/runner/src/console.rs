//! Says how to get into the console: where it is, and, until somebody came, a link for the
//! first admin.

use std::{convert::Infallible, net::SocketAddr};

use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use serde_json::{Value, json};

use crate::{manifest::Manifest, serve::App};

/// The route of the console; an application without it has none.
const ROUTE: &str = "/console/...";

/// Under what the first admin signs in, until they change it.
const FIRST_ADMIN: &str = "admin@localhost";

/// Whether the application has a console.
pub fn is_served(manifest: &Manifest) -> bool {
    manifest.routes.iter().any(|route| route.route == ROUTE)
}

/// A one-time link for the first admin, with the admin token; none once somebody accepted
/// one, or made users of their own.
pub async fn first_link(
    app: &App,
    token: &str,
    address: SocketAddr,
) -> Result<Option<String>, String> {
    let ask = async |method, path: &str, body| call(app, token, address, method, path, body).await;
    let users = ask(Method::GET, "/v1/users?limit=1", None).await?;
    let made = match users["total"].as_i64() {
        Some(0) => {
            let user = json!({ "email": FIRST_ADMIN, "role": "admin" });
            let made = ask(Method::POST, "/v1/users", Some(user)).await?;
            made["invitation"].clone()
        }
        Some(1) if is_waiting(&users["items"][0]) => {
            let id = users["items"][0]["id"].as_str().unwrap_or_default();
            let path = format!("/v1/users/{id}/invitation");
            ask(Method::POST, &path, None).await?
        }
        _ => return Ok(None),
    };
    Ok(made["link"].as_str().map(str::to_owned))
}

/// Whether this is the first admin, who was invited here and has not come.
fn is_waiting(user: &Value) -> bool {
    user["email"] == FIRST_ADMIN && user["state"] == "invited"
}

async fn call(
    app: &App,
    token: &str,
    address: SocketAddr,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> Result<Value, String> {
    let bytes = body.map_or_else(Bytes::new, |body| body.to_string().into());
    let length = bytes.len();
    let body = Full::new(bytes).map_err(|never: Infallible| match never {});
    let request = Request::builder()
        .method(method)
        .uri(format!("http://{address}{path}"))
        .header(header::HOST, address.to_string())
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CONTENT_LENGTH, length)
        .body(body.boxed_unsync())
        .map_err(|error| error.to_string())?;
    let response = app.handle(request, address).await;
    let response = response.map_err(|error| error.to_string())?;
    let status = response.status();
    let body = response.into_body().collect().await;
    let body = body.map_err(|error| format!("{error:#}"))?.to_bytes();
    if !matches!(status, StatusCode::OK | StatusCode::CREATED) {
        return Err(format!("{status} {}", String::from_utf8_lossy(&body)));
    }
    serde_json::from_slice(&body).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_admin_who_has_not_come_is_invited_again() {
        let user = |email, state| json!({ "email": email, "state": state });
        assert!(is_waiting(&user(FIRST_ADMIN, "invited")));
        assert!(!is_waiting(&user(FIRST_ADMIN, "active")));
        assert!(!is_waiting(&user("ann@example.org", "invited")));
    }
}
