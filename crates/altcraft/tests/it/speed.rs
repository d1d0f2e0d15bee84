//! How long a batch takes to be translated, without what `/v1` does.

use roster_altcraft::{AltCall, Api, ApiAnswer, ApiRequest, HttpCall, answer};
use serde_json::{Value, json};
use std::future::{Future, ready};
use std::time::Duration;

/// A `/v1` that answers at once, with a database of these fields.
struct QuickApi(Value);

impl Api for QuickApi {
    fn ask(&self, request: ApiRequest) -> impl Future<Output = ApiAnswer> {
        let body = request.body.unwrap_or_default();
        let count = body["data"].as_array().map_or(0, Vec::len);
        let one = json!({"outcome": "created", "id": crate::script::ID, "skipped": []});
        let results = vec![one; count];
        ready(ApiAnswer {
            status: 200,
            body: json!({"results": results}),
        })
    }

    fn database(&self, _: i64) -> impl Future<Output = ApiAnswer> {
        ready(ApiAnswer {
            status: 200,
            body: self.0.clone(),
        })
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
    let api = QuickApi(crate::script::database());
    let start = computed()?;
    let call = AltCall::read(HttpCall {
        verb: "POST",
        path: "/api/v1.1/profiles/import_batch",
        authorization: "Bearer x",
        body: body.as_bytes(),
        ..HttpCall::default()
    });
    let answer = crate::script::run(answer(&api, call.expect("a call")));
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
