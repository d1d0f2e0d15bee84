//! How long a batch takes to be translated, without what `/v1` does.

use crate::script::{database, fields, sent};
use roster_altcraft::{Api, ApiAnswer, ApiRequest, Fields, HttpCall};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::future::{Future, ready};
use std::sync::Arc;
use std::time::Duration;

/// A `/v1` that answers at once, with a database of these fields.
struct QuickApi(Arc<Fields>);

impl Api for QuickApi {
    fn ask(&self, request: ApiRequest) -> impl Future<Output = ApiAnswer> {
        let data: Vec<&RawValue> =
            serde_json::from_str(request.data.as_deref().unwrap_or("[]")).expect("a list");
        let one = json!({"outcome": "created", "id": crate::script::ID, "skipped": []});
        let results = vec![one; data.len()];
        ready(ApiAnswer {
            status: 200,
            body: json!({"results": results}),
            replayed: false,
        })
    }

    fn fields(&self, _: i64, _: bool) -> impl Future<Output = Result<Arc<Fields>, ApiAnswer>> {
        ready(Ok(Arc::clone(&self.0)))
    }

    fn allows_wipe(&self) -> impl Future<Output = bool> {
        ready(false)
    }
}

/// How long this thread computed so far: others on the machine don't count. Linux says so.
fn computed() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let first = text.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(first))
}

fn time(count: usize) -> Option<Duration> {
    let item = |n: usize| {
        json!({"email": format!("p{n}@x.org"), "_fname": "Ann", "_lname": "Lee", "phones": [79_000_000_000_u64 + n as u64],
            "labels": [1, "b"], "custom_id": n, "visits": {"action": "incr", "value": 1},
            "subscriptions": [{"resource_id": 5, "channel": "email", "email": format!("p{n}@x.org"), "cats": ["news"]}]})
    };
    let data: Vec<Value> = (0..count).map(item).collect();
    let body = json!({"db_id": 7, "data": data}).to_string();
    let api = QuickApi(Arc::new(fields(&database())));
    let start = computed()?;
    let http = HttpCall {
        verb: "POST",
        path: "/api/v1.1/profiles/import_batch",
        authorization: "Bearer x",
        body: body.as_bytes(),
        ..HttpCall::default()
    };
    let answer = sent(&api, http);
    let took = computed()?.saturating_sub(start);
    assert!(answer.body.len() > count * 50);
    Some(took)
}

#[test]
fn ten_times_as_many_take_some_ten_times_as_long() {
    time(100);
    let (Some(few), Some(many)) = (time(1_000), time(10_000)) else {
        eprintln!("skipped: nobody says how long a thread computed");
        return;
    };
    println!("1,000: {few:?}, 10,000: {many:?}");
    // Quadratic work would be a hundred times as long.
    let most = few * 40 + Duration::from_millis(50);
    assert!(many < most, "{few:?} {many:?}");
}
