//! Requests and their answers, as a component would give them: routing, access,
//! bodies. Nothing here reaches the store, which is not there natively.

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::Full;
use roster_http::{
    Call, PageQuery, Problem, QueryNames, Reply, Route, Scope, Service, Settings, Table,
};
use serde_json::{Value, json};
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

async fn echo(call: Call) -> Result<Reply, Problem> {
    let paging = call.paging::<i64>()?;
    let body: Option<Value> = call.json_or_none()?;
    let key = call.idempotency()?.map(|asked| asked.key);
    Ok(Reply::ok(&json!({
        "actor": call.caller.actor,
        "name": call.parameter("name"),
        "q": call.query("q"),
        "limit": paging.limit,
        "body": body,
        "key": key,
    })))
}

async fn hello(_: Call) -> Result<Reply, Problem> {
    Ok(Reply::ok(&"hello"))
}

async fn database(call: Call) -> Result<Reply, Problem> {
    Ok(Reply::ok(&call.database()?))
}

const TABLES: &[Table] = &[Table {
    tag: "things",
    about: "Things",
    routes: &[
        Route::public("/health", &hello),
        Route::get("/v1/things", Scope::ResourcesRead, &echo).query(&[PageQuery::NAMES, &["q"]]),
        Route::post("/v1/things", Scope::ResourcesWrite, &echo).body(20),
        Route::get("/v1/things/{name}", Scope::ResourcesRead, &echo)
            .query(&[PageQuery::NAMES, &["q"]]),
        Route::delete("/v1/things/{name}", Scope::ResourcesWrite, &echo),
        Route::get("/v1/databases/{db}", Scope::DatabasesRead, &database),
    ],
}];

/// What runs without a runtime is ready at once.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits for something"),
    }
}

fn service(admin_token: &str) -> &'static Service {
    let settings = Settings::new(admin_token, "normal", "").unwrap();
    Box::leak(Box::new(Service::with_settings(TABLES, settings)))
}

fn ask(request: http::request::Builder, body: &'static str) -> (StatusCode, Value, Reply) {
    let request = request.body(Full::new(Bytes::from_static(body.as_bytes())));
    let reply = now(service("secret").serve(request.unwrap()));
    let body = serde_json::from_slice(reply.body()).unwrap();
    (StatusCode::from_u16(reply.status()).unwrap(), body, reply)
}

fn admin(method: &str, path: &str) -> http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", "Bearer secret")
}

fn code(method: &str, path: &str, body: &'static str) -> (u16, String) {
    let (status, answer, _) = ask(admin(method, path), body);
    (
        status.as_u16(),
        answer["code"].as_str().unwrap_or_default().to_owned(),
    )
}

#[test]
fn a_request_reaches_its_handler_with_everything_decoded() {
    let (status, answer, _) = ask(
        admin("GET", "/v1/things/a%2Fb%20%D0%B6?q=x+y%26&limit=7"),
        "",
    );
    assert_eq!(status, 200);
    assert_eq!(
        answer,
        json!({"actor": "admin", "name": "a/b ж", "q": "x y&", "limit": 7, "body": null, "key": null})
    );
    let (_, answer, _) = ask(admin("POST", "/v1/things"), r#"{"a": 1}"#);
    assert_eq!(answer["body"], json!({"a": 1}));
}

/// The store is not there, so what is refused is refused before it is asked.
#[test]
fn a_cookie_from_another_website_is_refused_unread() {
    let with_cookie = |method: &str, name: &str, value: &str| {
        let request = Request::builder()
            .method(method)
            .uri("/v1/things")
            .header("cookie", "a=b; roster=secret")
            .header(name, value);
        let (status, answer, _) = ask(request, "{}");
        (
            status.as_u16(),
            answer["code"].as_str().unwrap_or_default().to_owned(),
        )
    };
    let refused = (403, "cross_origin".to_owned());
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("x-nothing", "said"),
    ] {
        assert_eq!(with_cookie("POST", name, value), refused, "{name}: {value}");
    }
    assert_eq!(with_cookie("GET", "sec-fetch-site", "cross-site"), refused);
    // A token counts before the cookie.
    let bearer = with_cookie("GET", "authorization", "Bearer secret");
    assert_eq!(bearer.0, 200);
    let wrong = with_cookie("POST", "authorization", "Bearer wrong");
    assert_eq!(wrong, (401, "invalid_token".to_owned()));
}

#[test]
fn what_is_not_there_says_so() {
    for path in [
        "/",
        "/v1",
        "/v1/things/",
        "/v1/things/a/b",
        "/v1/things/%FF",
        "/v2/things",
    ] {
        assert_eq!(
            code("GET", path, ""),
            (404, "not_found".to_owned()),
            "{path}"
        );
    }
    let (status, answer, reply) = ask(admin("PATCH", "/v1/things"), "");
    assert_eq!(
        (status.as_u16(), &answer["code"]),
        (405, &json!("method_not_allowed"))
    );
    assert_eq!(reply.headers()["allow"], "GET, HEAD, POST");
    for path in ["/v1/databases/0", "/v1/databases/x", "/v1/databases/012"] {
        assert_eq!(code("GET", path, "").0, 404, "{path}");
    }
    assert_eq!(ask(admin("GET", "/v1/databases/12"), "").1, json!("12"));
}

#[test]
fn head_is_answered_like_get() {
    let (status, answer, _) = ask(admin("HEAD", "/health"), "");
    assert_eq!((status.as_u16(), answer), (200, json!("hello")));
}

#[test]
fn only_the_token_opens_and_a_missing_one_is_explained() {
    let plain = |path: &str| ask(Request::builder().uri(path), "");
    assert_eq!(plain("/health").0, 200);
    let (status, answer, reply) = plain("/v1/things");
    assert_eq!(
        (status.as_u16(), &answer["code"]),
        (401, &json!("token_missing"))
    );
    assert_eq!(
        reply.headers()["www-authenticate"],
        "Bearer realm=\"roster\""
    );
    for wrong in [
        "Bearer other",
        "Bearer secre",
        "Basic secret",
        "secret",
        "Bearer ",
    ] {
        let request = Request::builder()
            .uri("/v1/things")
            .header("authorization", wrong);
        let (status, answer, reply) = ask(request, "");
        assert_eq!(
            (status.as_u16(), &answer["code"]),
            (401, &json!("invalid_token")),
            "{wrong}"
        );
        assert!(reply.headers().contains_key("www-authenticate"));
    }
    let request = Request::builder()
        .uri("/v1/things")
        .body(Full::<Bytes>::default());
    let reply = now(service("").serve(request.unwrap()));
    let answer: Value = serde_json::from_slice(reply.body()).unwrap();
    assert_eq!(answer["code"], "admin_token_missing");
    assert!(
        answer["detail"]
            .as_str()
            .unwrap()
            .contains("SPIN_VARIABLE_ADMIN_TOKEN")
    );
}

#[test]
fn bodies_are_limited_and_must_be_json() {
    let (status, answer, _) = ask(admin("POST", "/v1/things"), r#"{"a": "0123456789"}  "#);
    assert_eq!((status.as_u16(), &answer["limit"]), (413, &json!(20)));
    let announced = admin("POST", "/v1/things").header("content-length", "21");
    assert_eq!(ask(announced, "{}").0, 413);
    let (status, answer, _) = ask(admin("POST", "/v1/things"), "{\"a\":\n x}");
    assert_eq!(
        (status.as_u16(), &answer["code"]),
        (400, &json!("invalid_json"))
    );
    assert_eq!((&answer["line"], &answer["column"]), (&json!(2), &json!(2)));
    for kind in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let request = admin("POST", "/v1/things").header("content-type", kind);
        assert_eq!(ask(request, "{}").0, 415, "{kind}");
    }
    for kind in [
        "application/json",
        "Application/JSON; charset=utf-8",
        "application/merge-patch+json",
    ] {
        let request = admin("POST", "/v1/things").header("content-type", kind);
        assert_eq!(ask(request, "{}").0, 200, "{kind}");
    }
    let zipped = admin("POST", "/v1/things").header("content-encoding", "gzip");
    assert_eq!(ask(zipped, "{}").0, 415);
}

#[test]
fn parameters_are_checked() {
    for query in [
        "limit=0",
        "limit=1001",
        "limit=x",
        "limit=+5",
        "limit=",
        "what=1",
        "q=1&q=2",
    ] {
        let found = code("GET", &format!("/v1/things?{query}"), "");
        assert_eq!(found, (400, "invalid_parameter".to_owned()), "{query}");
    }
    let found = code("GET", "/v1/things?cursor=zzz!", "");
    assert_eq!(found, (400, "invalid_cursor".to_owned()));
}

#[test]
fn idempotency_keys_are_read_and_scoped() {
    let key = |path: &str, value: &str| {
        let request = admin("POST", path).header("idempotency-key", value);
        ask(request, "{}")
    };
    let (_, first, _) = key("/v1/things", "abc");
    assert_eq!(first["key"], key("/v1/things", "abc").1["key"]);
    assert_ne!(first["key"], key("/v1/things", "abd").1["key"]);
    let long = "x".repeat(256);
    for odd in ["", "a b", "ж", &long] {
        let (status, answer, _) = key("/v1/things", odd);
        assert_eq!(
            (status.as_u16(), &answer["code"]),
            (400, &json!("invalid_header")),
            "{odd}"
        );
    }
}
