//! `/v1` as a script: each request must be the next one, and has its answer beside it.

use crate::contract;
use roster_altcraft::{
    AltAnswer, Api, ApiAnswer, ApiRequest, Envelope, Failure, Fields, HttpCall, answer,
};
use roster_model::Field;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::{Future, ready};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// Before a step whose answer was kept.
const REPLAYED: &str = "replayed: ";

pub struct Script {
    steps: RefCell<VecDeque<(String, Value, u16, Value)>>,
    fields: Arc<Fields>,
}

/// A field of the database that the script has.
fn field(name: &str, kind: &str) -> Value {
    json!({"name": name, "type": kind, "title": name, "options": [], "standard": true,
           "required": false, "system": false})
}

/// The database `7`, as `GET /v1/databases/7` shows it.
pub fn database() -> Value {
    let mut fields: Vec<Value> = [
        ("email", "email"),
        ("phones", "phones"),
        ("_fname", "string"),
        ("_lname", "string"),
        ("_bdate", "date"),
        ("_city", "string"),
        ("_regip", "ip"),
        ("_regurl", "string"),
        ("custom_id", "string"),
        ("visits", "integer"),
        ("labels", "tags"),
        ("address", "object"),
        ("orders", "objects"),
    ]
    .into_iter()
    .map(|(name, kind)| field(name, kind))
    .collect();
    for (name, options) in [
        ("_sex", json!(["male", "female"])),
        ("custom_enum", json!(["a", "b", "c", "d"])),
    ] {
        let mut one = field(name, "enum");
        one["options"] = options;
        fields.push(one);
    }
    let mut flag = field("_open_exist", "boolean");
    flag["system"] = true.into();
    fields.push(flag);
    json!({"id": "7", "name": "shop", "description": "all of it", "tags": ["main"], "fields": fields})
}

impl Script {
    pub fn new() -> Self {
        Script {
            steps: RefCell::default(),
            fields: Arc::new(fields(&database())),
        }
    }

    /// One whose database keeps ids from before.
    pub fn with_legacy_ids() -> Self {
        let mut database = database();
        if let Some(all) = database["fields"].as_array_mut() {
            let mut id = field("legacy_id", "string");
            id["unique"] = true.into();
            all.push(id);
        }
        Script {
            fields: Arc::new(fields(&database)),
            ..Script::new()
        }
    }

    /// One with other options.
    pub fn with_options(options: Value) -> Self {
        let mut database = database();
        let all = database["fields"].as_array_mut().into_iter().flatten();
        for one in all.filter(|one| one["name"] == "custom_enum") {
            one["options"] = options.clone();
        }
        Script {
            fields: Arc::new(fields(&database)),
            ..Script::new()
        }
    }

    /// One whose database has a region.
    pub fn with_region() -> Self {
        Script {
            fields: Arc::new(fields(&database()).with_region(true)),
            ..Script::new()
        }
    }

    /// One whose clients know the sexes as 1 and 2.
    pub fn with_sex_from_one() -> Self {
        Script {
            fields: Arc::new(fields(&database()).with_sex_from_one(true)),
            ..Script::new()
        }
    }

    /// What is asked next (`POST /v1/…?…`), with which body, and what is answered.
    pub fn then(self, asked: &str, body: Value, status: u16, answer: Value) -> Self {
        let step = (asked.to_owned(), body, status, answer);
        self.steps.borrow_mut().push_back(step);
        self
    }

    /// Events that are told next; what marks each as the same is not compared.
    pub fn then_event(self, body: Value, answer: Value) -> Self {
        self.then("POST /v1/events", body, 200, answer)
    }

    /// What is asked next, with a header of which the beginning is given.
    pub fn then_keyed(self, asked: &str, body: Value, status: u16, answer: Value) -> Self {
        self.then(&format!("{asked}*"), body, status, answer)
    }

    /// The same where the answer is the one that was kept of that key.
    pub fn then_replayed(self, asked: &str, body: Value, answer: Value) -> Self {
        self.then(&format!("{REPLAYED}{asked}*"), body, 200, answer)
    }

    /// Nothing is left that should have been asked.
    pub fn is_over(&self) {
        let left = self.steps.borrow();
        assert!(left.is_empty(), "not asked: {:?}", left.front());
    }

    /// The answer to a call, as JSON.
    pub fn call(&self, method: &str, body: Value) -> Value {
        serde_json::from_slice(&self.raw(method, "", &body.to_string())).expect("JSON")
    }

    /// The answer to a call, as it is sent.
    pub fn raw(&self, method: &str, query: &str, body: &str) -> Vec<u8> {
        let path = match method.starts_with("/api") {
            true => method.to_owned(),
            false => format!("/api/v1.1/{method}"),
        };
        let http = HttpCall {
            verb: "POST",
            path: &path,
            query,
            content_type: "application/json",
            authorization: "Bearer abc",
            body: body.as_bytes(),
        };
        let answer = sent(self, http);
        self.is_over();
        answer.body
    }
}

impl Api for Script {
    fn ask(&self, request: ApiRequest) -> impl Future<Output = ApiAnswer> {
        let query: Vec<String> = request
            .query
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut asked = format!("{} {}", request.verb.as_str(), request.path);
        if !query.is_empty() {
            asked = format!("{asked}?{}", query.join("&"));
        }
        let mut sent = serde_json::from_str(&request.text()).unwrap_or(Value::Null);
        let step = self.steps.borrow_mut().pop_front();
        let (expected, body, status, answer) =
            step.unwrap_or_else(|| panic!("asked too much: {asked} {sent:?}"));
        contract::check(&asked, &sent, status, &answer);
        for (name, value) in &request.headers {
            asked = format!("{asked} {name}: {value}");
        }
        let replayed = expected.starts_with(REPLAYED);
        let expected = expected.trim_start_matches(REPLAYED);
        match expected.strip_suffix('*') {
            Some(begin) => assert!(asked.starts_with(begin), "{asked}"),
            None => assert_eq!(asked, expected),
        }
        let events = sent.get_mut("events").and_then(Value::as_array_mut);
        for event in events.into_iter().flatten() {
            let id = event.as_object_mut().and_then(|event| event.remove("id"));
            assert!(id.is_some_and(|id| id.as_str().is_some_and(|id| id.len() < 200)));
        }
        assert_eq!(sent, body, "{asked}");
        ready(ApiAnswer {
            status,
            body: answer,
            replayed,
        })
    }

    fn fields(
        &self,
        database: i64,
        _remembered: bool,
    ) -> impl Future<Output = Result<Arc<Fields>, ApiAnswer>> {
        ready(match database {
            7 => Ok(Arc::clone(&self.fields)),
            _ => Err(ApiAnswer {
                status: 404,
                body: json!({"code": "not_found", "detail": "There is no such database."}),
                replayed: false,
            }),
        })
    }

    fn allows_wipe(&self) -> impl Future<Output = bool> {
        ready(true)
    }
}

/// The fields of a database as `/v1` shows them.
pub fn fields(database: &Value) -> Fields {
    let read = |(id, shown): (usize, &Value)| {
        let mut field = shown.clone();
        let id = match shown["system"] == true {
            // One of those that the system keeps.
            true => 61,
            false => 1 + i64::try_from(id).expect("a number"),
        };
        let all = json!({"id": id, "description": "", "unique": false, "matchable": false,
            "searchable": false, "manager": false, "default": null, "position": 1});
        for (name, value) in all.as_object().expect("an object") {
            let field = field.as_object_mut().expect("a field");
            field.entry(name).or_insert_with(|| value.clone());
        }
        serde_json::from_value::<Field>(field).expect("a field")
    };
    let shown = database["fields"].as_array().expect("fields");
    let all: Vec<Field> = shown.iter().enumerate().map(read).collect();
    Fields::of(&all)
}

/// What is sent to a client whose token is good.
pub fn sent(api: &impl Api, http: HttpCall<'_>) -> AltAnswer {
    let envelope = match Envelope::open(http) {
        Ok(envelope) => envelope,
        Err((failure, format)) => return AltAnswer::refusal(failure, format),
    };
    let format = envelope.format();
    match envelope.token().is_some().then(|| envelope.read()) {
        Some(Ok(call)) => run(answer(api, call)),
        Some(Err(failure)) => AltAnswer::refusal(failure, format),
        None => AltAnswer::refusal(Failure::no_token(), format),
    }
}

/// Runs what never waits.
pub fn run<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("nothing here waits"),
    }
}

/// What went well and says nothing else.
pub fn done() -> Value {
    json!({"error": 0, "error_text": "Successful operation"})
}

/// A problem of `/v1`.
pub fn problem(code: &str, pointer: &str, detail: &str) -> Value {
    json!({"code": "validation_failed", "detail": detail,
           "errors": [{"code": code, "pointer": pointer, "detail": detail}]})
}

pub const ID: &str = "1a20967479554ede711e88dc";
pub const OTHER: &str = "1a20967479554edf5ed45932";

/// A profile as `/v1` shows it.
pub fn profile() -> Value {
    json!({
        "id": ID, "database_id": "7", "revision": 3, "status": "unsubscribed",
        "created_at": "2026-11-23T17:14:53.149Z", "updated_at": "2026-11-23T17:14:53.149Z",
        "data": {"email": "John@Example.com", "phones": ["+79000000000"], "_fname": "John",
                 "_sex": "female", "custom_enum": "d", "_open_exist": true},
        "subscriptions": [subscription()],
        "segments": ["3"], "control_group": null,
    })
}

/// A subscription as `/v1` shows it.
pub fn subscription() -> Value {
    json!({
        "id": "8dccb1b3", "resource_id": "5", "channel": "email", "email": "John@Example.com",
        "status": "subscribed", "status_by": "operator", "suspended_until": null, "priority": 0,
        "cats": ["news"], "custom_fields": {"_os": "Linux"},
        "reg_info": {"date": "2026-01-01T00:00:00.000Z", "ip": "127.0.0.1", "url": null},
        "deleted": false, "created_at": "2026-11-23T17:14:53.149Z",
        "updated_at": "2026-11-23T17:14:53.149Z",
    })
}
