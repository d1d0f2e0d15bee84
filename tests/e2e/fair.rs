//! Fair to everybody: expensive requests beside single reads, and pages that end
//! by bytes.

use crate::support::{Database, Server, all, data, text};
use roster_people::People;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long a single read may take beside all of it, on a machine that does much
/// else at the same time. The figures are the benchmark's.
const GENEROUS: Duration = Duration::from_secs(2);

/// As many tests as fit, none of which any key or index answers.
fn expensive() -> Value {
    let tests = (0..100).map(|n| json!({"field": "_city", "contains": format!("zz{n}")}));
    json!({ "any": tests.collect::<Vec<_>>() })
}

#[test]
fn expensive_requests_hold_up_no_single_read() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    let all = People::new(5);
    for from in (0..20_000).step_by(5_000) {
        let people = all.range(from..from + 5_000);
        db.batch(&json!({ "data": data(people) }));
    }
    let one = text(&db.all()[0]["id"]);
    let over = AtomicBool::new(false);
    let condition = expensive();
    let slowest = std::thread::scope(|scope| {
        for client in 0..4 {
            let (db, condition, over) = (db.another(), &condition, &over);
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    let answer = match client {
                        0 => db.api.get("/v1/search?q=points:-5"),
                        1 => db.api.get(&format!("{}/profiles?points=-5", db.path)),
                        _ => {
                            let body = json!({ "condition": condition });
                            db.api.post(&format!("{}/profiles/count", db.path), &body)
                        }
                    };
                    match answer.status {
                        200 => {}
                        503 => {
                            let problem = answer.problem(503, "took_too_long");
                            assert!(problem["cursor"].is_string());
                        }
                        _ => panic!("{answer:?}"),
                    }
                }
            });
        }
        let reader = db.another();
        let began = Instant::now();
        let mut slowest = Duration::ZERO;
        let mut reads = 0;
        while began.elapsed() < Duration::from_secs(4) {
            let asked = Instant::now();
            reader.profile(&one);
            slowest = slowest.max(asked.elapsed());
            let asked = Instant::now();
            let found =
                reader.write(&json!({"data": {"email": "late@example.org", "points": reads}}));
            assert!(matches!(found.status, 200 | 201), "{found:?}");
            slowest = slowest.max(asked.elapsed());
            reads += 1;
        }
        over.store(true, Ordering::Relaxed);
        assert!(reads > 2, "{reads}");
        slowest
    });
    assert!(slowest < GENEROUS, "{slowest:?}");
}

#[test]
fn a_count_says_how_far_it_came_and_goes_on_by_its_cursor() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    db.batch(&json!({ "data": data(People::new(5).range(0..50)) }));
    let target = format!("{}/profiles/count", db.path);
    let whole = db.api.post(
        &target,
        &json!({"condition": {"not": {"field": "_city", "eq": "?"}}}),
    );
    assert_eq!(whole.ok(200), json!({"count": 50}));
    let page = json!({"limit": 20, "condition": {"not": {"field": "_city", "eq": "?"}}});
    let page = db
        .api
        .post(&format!("{}/profiles/query", db.path), &page)
        .ok(200);
    let rest = json!({"cursor": page["next"], "condition": {"not": {"field": "_city", "eq": "?"}}});
    assert_eq!(db.api.post(&target, &rest).ok(200), json!({"count": 30}));
    let odd = json!({"cursor": "?", "condition": {}});
    db.api.post(&target, &odd).problem(400, "invalid_cursor");
}

#[test]
fn every_page_ends_by_bytes() {
    let server = Server::start();
    let field = json!({"name": "story", "type": "object"});
    let db = Database::new(
        &server,
        "Large",
        &[field, json!({"name": "kind", "type": "string"})],
    );
    let story = json!({ "text": "x".repeat(30_000) });
    for from in (0..400).step_by(100) {
        let large = (from..from + 100).map(|n| {
            json!({"email": format!("p{n}@example.org"), "_fname": "Maria", "kind": "large", "story": story})
        });
        db.batch(&json!({ "data": large.collect::<Vec<_>>() }));
    }
    let path = &db.path;
    for (list, count) in [
        (format!("{path}/profiles?limit=1000"), 400),
        (format!("{path}/profiles?kind=large&limit=1000"), 400),
        (format!("{path}/profiles?status=subscribed&limit=1000"), 400),
        (
            format!("{path}/profiles/history?kind=profile.created&limit=1000"),
            400,
        ),
        ("/v1/search?q=maria&limit=1000".to_owned(), 400),
        ("/v1/search?q=kind:large&limit=1000".to_owned(), 400),
    ] {
        let first = db.api.get(&list).ok(200);
        let bytes = first.to_string().len();
        assert!(
            (4_000_000..5_500_000).contains(&bytes),
            "{list}: {bytes} bytes"
        );
        assert_eq!(all(&db.api, &list).len(), count, "{list}");
    }
}
