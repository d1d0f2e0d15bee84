//! `/v1` as it is asked from here: its own routes, in this instance, for one caller.

use bytes::Bytes;
use http::header::{self, HeaderValue};
use http::{Method, Uri};
use roster_altcraft::{Api, ApiAnswer, ApiRequest, Failure, Fields, Verb};
use roster_api::{
    apps, consent, databases, exports, merges, profiles, relations, resources, segments,
    suppressions, updates,
};
use roster_http::{Caller, Problem, Reply, Service, variable};
use roster_model::{DatabaseId, ResourceId};
use serde_json::Value;
use spin_sdk::http::FullBody;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What calls are translated into.
pub(crate) static API: Service = Service::new(&[
    profiles::ROUTES,
    databases::ROUTES,
    resources::ROUTES,
    segments::ROUTES,
    segments::REFRESHES,
    suppressions::ROUTES,
    suppressions::FILES,
    relations::TYPES,
    relations::ROUTES,
    merges::ROUTES,
    updates::ROUTES,
    exports::ROUTES,
    consent::ROUTES,
]);

/// `/v1` for somebody.
pub(crate) struct InProcess {
    /// Who asks.
    pub caller: Caller,
}

impl InProcess {
    /// For the holder of a token.
    pub async fn of(token: Option<&str>) -> Result<Self, Failure> {
        let token = token.ok_or_else(Failure::no_token)?;
        let caller = API.holder(token).await.map_err(failure)?;
        Ok(InProcess { caller })
    }

    /// For an app that has the token of a resource, and that resource.
    pub async fn of_resource(token: &str) -> Result<(Self, Option<ResourceId>), Failure> {
        let app = async { apps::of_resource(token, &API.lend().await?).await };
        let app = app.await.map_err(failure)?;
        let caller = app.caller;
        Ok((InProcess { caller }, Some(app.resource)))
    }
}

/// Whether a variable says yes; Altcraft's own servers say `true`.
fn is_yes(text: &str) -> bool {
    matches!(&*text.trim().to_ascii_lowercase(), "true" | "1" | "yes")
}

fn failure(problem: Problem) -> Failure {
    let reply = problem.into_reply();
    Failure::of_problem(reply.status(), body(&reply))
}

impl Api for InProcess {
    async fn ask(&self, request: ApiRequest) -> ApiAnswer {
        let Some(request) = http_request(&request) else {
            return answer(&Problem::not_found("route; see /v1/docs").into_reply());
        };
        answer(&API.serve_as(self.caller.clone(), request).await)
    }

    async fn fields(&self, database: i64, remembered: bool) -> Result<Arc<Fields>, ApiAnswer> {
        let refused = |problem: Problem| answer(&problem.into_reply());
        let id = DatabaseId::new(database).filter(|id| self.caller.may_see(*id));
        let id = id.ok_or_else(|| refused(Problem::not_found("database")))?;
        let known = API.definitions(id, remembered).await.map_err(refused)?;
        Ok(fields(id, known.version, || {
            let fields = Fields::of(&known.database.fields);
            let fields = fields.with_region(known.database.region.is_some());
            fields.with_sex_from_one(known.database.sex_from_one)
        }))
    }

    async fn allows_wipe(&self) -> bool {
        is_yes(&variable("allow_data_wipe").await.unwrap_or_default())
    }
}

/// How many databases' fields are remembered.
const REMEMBERED: usize = 32;

/// Fields by database, with the version of the definitions that they are of.
static FIELDS: Mutex<BTreeMap<DatabaseId, (i64, Arc<Fields>)>> = Mutex::new(BTreeMap::new());

fn fields(id: DatabaseId, version: i64, read: impl FnOnce() -> Fields) -> Arc<Fields> {
    // It is whole even if somebody panicked while holding it.
    let mut all = FIELDS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((known, fields)) = all.get(&id)
        && *known == version
    {
        return Arc::clone(fields);
    }
    let fields = Arc::new(read());
    if all.len() >= REMEMBERED {
        all.clear();
    }
    all.insert(id, (version, Arc::clone(&fields)));
    fields
}

/// The request as a client of `/v1` would send it; none where no route could have its path.
fn http_request(request: &ApiRequest) -> Option<http::Request<FullBody<Bytes>>> {
    let mut target = request.path.clone();
    if !request.query.is_empty() {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&request.query);
        target.push('?');
        target.push_str(&query.finish());
    }
    let uri: Uri = target.parse().ok()?;
    let text = request.text();
    let has_body = !text.is_empty();
    let mut built = http::Request::new(FullBody::new(Bytes::from(text)));
    *built.uri_mut() = uri;
    *built.method_mut() = method(request.verb);
    for (name, value) in &request.headers {
        let value = HeaderValue::try_from(value.as_str()).ok()?;
        built.headers_mut().insert(*name, value);
    }
    if has_body {
        let json = HeaderValue::from_static("application/json");
        built.headers_mut().insert(header::CONTENT_TYPE, json);
    }
    Some(built)
}

fn method(verb: Verb) -> Method {
    match verb {
        Verb::Get => Method::GET,
        Verb::Post => Method::POST,
        Verb::Put => Method::PUT,
        Verb::Patch => Method::PATCH,
        Verb::Delete => Method::DELETE,
    }
}

fn answer(reply: &Reply) -> ApiAnswer {
    ApiAnswer {
        status: reply.status(),
        body: body(reply),
        replayed: is_replayed(reply),
    }
}

/// Whether an answer is one that was kept.
fn is_replayed(reply: &Reply) -> bool {
    reply.headers().contains_key("idempotency-replayed")
}

/// What an answer holds; `null` where it has no body.
fn body(reply: &Reply) -> Value {
    serde_json::from_slice(reply.body()).unwrap_or_default()
}
