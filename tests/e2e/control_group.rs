//! `/v1/databases/{db}/control-group`: a share of people who get no messages.

use crate::support::{Client, Database, Server, State, all, text};
use serde_json::{Value, json};

/// People who all get the newsletter and the service, and a control group.
struct ControlWorld {
    server: Server,
    api: Client,
    people: Database,
    /// The resource whose messages are held back, and the one whose aren't.
    news: String,
    service: String,
}

impl ControlWorld {
    fn new(count: usize) -> Self {
        Self::on(Server::start(), count)
    }

    fn on(server: Server, count: usize) -> Self {
        let people = Database::new(&server, "People", &[]);
        let api = server.admin();
        let [news, service] = ["News", "Service"].map(|name| {
            let body =
                json!({"name": name, "databases": [people.id], "channels": ["email", "sms"]});
            text(&api.post("/v1/resources", &body).ok(201)["id"])
        });
        let held = ControlWorld {
            server,
            api,
            people,
            news,
            service,
        };
        held.fill(0, count);
        held
    }

    fn fill(&self, from: usize, to: usize) {
        for start in (from..to).step_by(1000) {
            let data = (start..to.min(start + 1000)).map(|n| {
                let email = address(n);
                let to = |id: &str| json!({"resource_id": id, "channel": "email", "email": email});
                json!({"email": email, "subscriptions": [to(&self.news), to(&self.service)]})
            });
            let done = self
                .people
                .batch(&json!({"data": data.collect::<Vec<_>>()}));
            assert_eq!(done["failed"], 0, "{done}");
        }
    }

    fn path(&self, end: &str) -> String {
        format!("{}/control-group{end}", self.people.path)
    }

    fn put(&self, body: &Value) -> Value {
        let answer = self.api.put(&self.path(""), body);
        assert!(matches!(answer.status, 200 | 201), "{answer:?}");
        let status = answer.status;
        answer.ok(status)
    }

    /// Waits until the draw is over; the group then.
    fn drawn(&self) -> Value {
        loop {
            let group = self.api.get(&self.path("")).ok(200);
            if group["draw"].is_null() {
                return group;
            }
            assert_ne!(group["draw"]["state"], "failed", "{group}");
            self.api.post("/v1/tick", &json!({"seconds": 2})).ok(200);
        }
    }

    fn count(&self, condition: &Value) -> i64 {
        let path = format!("{}/profiles/count", self.people.path);
        let found = self.api.post(&path, &json!({"condition": condition}));
        found.ok(200)["count"].as_i64().unwrap()
    }

    fn id(&self, n: usize) -> String {
        let path = format!("{}/profiles?email={}", self.people.path, address(n));
        text(&self.api.get(&path).ok(200)["items"][0]["id"])
    }

    fn by_hand(&self, action: &str, n: usize) -> Value {
        let body = json!({"action": action, "email": address(n), "reason": "A test"});
        self.api.post(&self.path("/members"), &body).ok(200)
    }

    /// Why somebody doesn't get what a resource sends.
    fn reasons(&self, n: usize, resource: &str) -> Vec<String> {
        let path = format!(
            "{}/profiles/{}/deliverability?resource={resource}",
            self.people.path,
            self.id(n)
        );
        let found = self.api.get(&path).ok(200);
        let reasons = found["items"][0]["reasons"].as_array().unwrap().iter();
        reasons.map(|reason| text(&reason["code"])).collect()
    }
}

fn address(n: usize) -> String {
    format!("p{n}@example.org")
}

#[test]
fn a_group_is_made_changed_and_deleted_with_its_revision_and_history() {
    let held = ControlWorld::new(0);
    held.api.get(&held.path("")).problem(404, "not_found");
    let body = json!({"percent": 5.25, "exclude": {"field": "_city", "eq": "Paris"},
        "resources": {"exempt": [held.service]}, "channels": ["email"],
        "rotation": {"every_months": 3, "day": 1}});
    let answer = held.api.put(&held.path(""), &body);
    assert_eq!(answer.header("etag"), Some("\"1\""));
    let made = answer.ok(201);
    for (name, value) in body.as_object().unwrap() {
        assert_eq!(&made[name], value, "{name}");
    }
    assert_eq!(
        (&made["generation"], &made["revision"]),
        (&json!(1), &json!(1))
    );
    assert!(made["next_rotation_at"].is_string() && !made.to_string().contains("secret"));
    held.drawn();
    // The same again is no change, and If-Match is looked at.
    assert_eq!(held.put(&body)["revision"], 1);
    let stale = [("if-match", "\"7\""), ("content-type", "application/json")];
    held.api
        .send("PUT", &held.path(""), &stale, &body.to_string())
        .problem(412, "precondition_failed");
    assert_eq!(held.put(&json!({"percent": 7}))["revision"], 2);
    for (body, pointer, code) in [
        (json!({}), "/percent", "required"),
        (json!({"percent": 51}), "/percent", "out_of_range"),
        (
            json!({"percent": 5, "exclude": {"field": "nothing", "eq": 1}}),
            "/exclude/field",
            "unknown_field",
        ),
        (
            json!({"percent": 5, "exclude": {"deliverable": {}}}),
            "/exclude",
            "not_supported",
        ),
        (
            json!({"percent": 5, "exclude": {"control_group": true}}),
            "/exclude",
            "not_supported",
        ),
        (
            json!({"percent": 5, "resources": {"exempt": ["99"]}}),
            "/resources/exempt/0",
            "unknown_resource",
        ),
        (
            json!({"percent": 5, "rotation": {"day": 1}}),
            "/rotation/every_months",
            "required",
        ),
        (
            json!({"percent": 5, "generation": 9}),
            "/generation",
            "unknown_field",
        ),
    ] {
        let problem = held
            .api
            .put(&held.path(""), &body)
            .problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
        assert_eq!(problem["errors"][0]["code"], code, "{problem}");
    }
    assert_eq!(held.api.get(&held.path("")).ok(200)["percent"], 7);
    held.api.delete(&held.path("")).ok(200);
    held.api.get(&held.path("")).problem(404, "not_found");
    let answer = all(&held.api, "/v1/history?noun=control_group");
    let kinds: Vec<&str> = answer
        .iter()
        .map(|one| one["kind"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "control_group.deleted",
            "control_group.updated",
            "control_group.created"
        ]
    );
    // With an Idempotency-Key it is done once.
    let once = [
        ("idempotency-key", "a"),
        ("content-type", "application/json"),
    ];
    for _ in 0..2 {
        held.api
            .send("PUT", &held.path(""), &once, &body.to_string())
            .ok(201);
    }
    let other = json!({"percent": 6}).to_string();
    held.api
        .send("PUT", &held.path(""), &once, &other)
        .problem(422, "idempotency_mismatch");
}

#[test]
fn those_who_are_in_get_no_messages_but_of_exempt_resources() {
    let held = ControlWorld::new(600);
    held.put(
        &json!({"percent": 30, "resources": {"exempt": [held.service]}, "channels": ["email"]}),
    );
    let members = held.drawn()["members"].as_i64().unwrap();
    assert!((120..240).contains(&members), "{members}");
    held.fill(600, 700);
    let members = held.drawn()["members"].as_i64().unwrap();
    let total = 700;
    assert_eq!(held.count(&json!({"control_group": true})), members);
    assert_eq!(
        held.count(&json!({"control_group": false})),
        total - members
    );
    let counters = held
        .api
        .get(&format!("{}/counters", held.people.path))
        .ok(200);
    assert_eq!(
        (&counters["control_group"], &counters["total"]),
        (&json!(members), &json!(total))
    );
    let to = |resource: &str| json!({"deliverable": {"resource_id": resource}});
    assert_eq!(held.count(&to(&held.news)), total - members);
    assert_eq!(held.count(&to(&held.service)), total);
    // What exports say.
    let body = json!({"fields": ["email", "control_group"], "format": "jsonl", "subscriptions": [
        {"resource_id": held.news, "channel": "email", "deliverable": true},
        {"resource_id": held.news, "channel": "email", "statuses": true}]});
    let file = held
        .api
        .post(&format!("{}/export", held.people.path), &body);
    let (mut inside, mut sendable) = (0, 0);
    for line in file.text.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let is_in = row["control_group"] == json!(true);
        let news = format!("subscriptions/{}/email", held.news);
        let may = !row[format!("{news}/deliverable")].is_null();
        assert_ne!(is_in, may, "{row}");
        let withheld = row[format!("{news}/withheld")].to_string();
        assert_eq!(is_in, withheld.contains("control_group"), "{row}");
        inside += i64::from(is_in);
        sendable += i64::from(may);
    }
    assert_eq!((inside, sendable), (members, total - members));
    let resource = format!("/v1/resources/{}/counters?sendable=true", held.news);
    let counted = held.api.get(&resource).ok(200).to_string();
    assert!(
        counted.contains(&(total - members).to_string()),
        "{counted}"
    );
    // By hand, shown and taken back.
    let outside = (0..700)
        .find(|n| held.people.profile(&held.id(*n))["control_group"].is_null())
        .unwrap();
    assert_eq!(held.reasons(outside, &held.news), [""; 0]);
    let added = held.by_hand("add", outside);
    assert_eq!(
        (&added["outcome"], &added["control_group"]["by_hand"]),
        (&json!("updated"), &json!(true))
    );
    assert_eq!(held.by_hand("add", outside)["outcome"], "unchanged");
    assert_eq!(held.reasons(outside, &held.news), ["control_group"]);
    assert_eq!(held.reasons(outside, &held.service), [""; 0]);
    let shown = held.people.profile(&held.id(outside));
    assert_eq!(
        (&shown["control_group"]["by_hand"], &shown["revision"]),
        (&json!(true), &json!(1))
    );
    let history = format!(
        "{}/history?kind=control_group.changed",
        held.people.of(&held.id(outside))
    );
    let answer = held.api.get(&history).ok(200);
    assert_eq!(answer["items"][0]["about"]["reason"], "A test", "{answer}");
    assert_eq!(
        answer["items"][0]["changes"][0]["after"],
        json!({"member": true, "by_hand": true})
    );
    let whole = held
        .api
        .get(&format!("{}/export", held.people.of(&held.id(outside))))
        .ok(200);
    assert_eq!(whole["control_group"]["by_hand"]["reason"], "A test");
    assert_eq!(whole["control_group"]["stays"].as_array().unwrap().len(), 1);
    assert!(held.by_hand("clear", outside)["control_group"].is_null());
    for (body, code) in [
        (json!({"action": "add", "email": address(0)}), "required"),
        (
            json!({"action": "drop", "email": address(0)}),
            "invalid_action",
        ),
        (
            json!({"action": "add", "email": address(0), "reason": " "}),
            "empty",
        ),
        (
            json!({"action": "add", "email": address(0), "reason": "x", "who": 1}),
            "unknown_field",
        ),
    ] {
        let problem = held
            .api
            .post(&held.path("/members"), &body)
            .problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["code"], code, "{problem}");
    }
    let nobody = json!({"action": "add", "email": "no@example.org", "reason": "x"});
    held.api
        .post(&held.path("/members"), &nobody)
        .problem(404, "not_found");
    // Switched off, everybody gets messages at once.
    held.put(&json!({"percent": 30, "enabled": false}));
    assert_eq!(held.count(&to(&held.news)), total);
}

#[test]
fn a_draw_goes_on_after_a_kill_and_two_servers_draw_alike() {
    let held = ControlWorld::on(Server::without_ticks(&State::new()), 3000);
    held.put(&json!({"percent": 20}));
    let waiting = held.api.get(&held.path("")).ok(200);
    assert_eq!(
        (&waiting["members"], &waiting["draw"]["state"]),
        (&json!(0), &json!("queued"))
    );
    let (path, people) = (held.path(""), held.people.path.clone());
    let ticking = {
        let api = held.api.another();
        std::thread::spawn(move || api.try_send("POST", "/v1/tick", &[], ""))
    };
    std::thread::sleep(std::time::Duration::from_millis(30));
    let state = held.server.kill();
    let _ = ticking.join();
    let [one, other] = [Server::on(&state), Server::on(&state)];
    let apis = [one.admin(), other.admin()];
    // Both make people while the draw goes on.
    for (place, api) in apis.iter().enumerate() {
        let data = (0..300).map(|n| json!({"email": address(10_000 + n * 2 + place)}));
        let body = json!({"data": data.collect::<Vec<_>>()});
        api.post(&format!("{people}/profiles/batch"), &body).ok(200);
    }
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    let group = loop {
        let group = apis[0].get(&path).ok(200);
        if group["draw"].is_null() {
            break group;
        }
        assert!(std::time::Instant::now() < deadline, "{group}");
        std::thread::sleep(std::time::Duration::from_millis(200));
    };
    let count = |api: &Client| {
        let body = json!({"condition": {"control_group": true}});
        api.post(&format!("{people}/profiles/count"), &body).ok(200)["count"].clone()
    };
    assert_eq!(count(&apis[0]), group["members"]);
    assert_eq!(count(&apis[1]), group["members"]);
    let members = group["members"].as_i64().unwrap();
    assert!((600..840).contains(&members), "{members}");
    // The same person deleted and made again by the other server draws the same lot.
    let mine = |api: &Client, n: usize| {
        let found = api
            .get(&format!("{people}/profiles?email={}", address(n)))
            .ok(200);
        (
            text(&found["items"][0]["id"]),
            !found["items"][0]["control_group"].is_null(),
        )
    };
    for n in 0..40 {
        let (id, before) = mine(&apis[0], n);
        apis[0].delete(&format!("{people}/profiles/{id}")).ok(200);
        let body = json!({"data": {"email": address(n)}});
        apis[1].post(&format!("{people}/profiles"), &body).ok(201);
        assert_eq!(mine(&apis[0], n).1, before, "{n}");
    }
}

#[test]
fn a_report_compares_the_group_with_the_rest() {
    let held = ControlWorld::new(60);
    held.put(&json!({"percent": 0.01}));
    held.drawn();
    for n in 0..20 {
        held.by_hand("add", n);
    }
    let event = |n: usize, kind: &str, value: Value| {
        json!({"type": kind, "channel": "email",
            "email": address(n), "data": {"value": value}})
    };
    let mut events: Vec<Value> = (0..4).map(|n| event(n, "purchase", json!(10))).collect();
    events.extend((20..40).map(|n| event(n, "purchase", json!(2.5))));
    events.push(event(20, "purchase", json!(1)));
    events.push(event(21, "visit", json!(null)));
    let answer = held.api.post(
        "/v1/events",
        &json!({"database_id": held.people.id, "events": events}),
    );
    assert_eq!(answer.status, 200, "{answer:?}");
    let report = held.api.get(&held.path("/report")).ok(200);
    let sizes = &report["profiles"];
    assert_eq!(sizes["control"], 20, "{report}");
    let purchase = report["events"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["type"] == "purchase");
    let purchase = purchase.unwrap();
    assert_eq!(
        purchase["control"],
        json!({"people": 4, "events": 4, "value": 40.0, "rate": 0.2})
    );
    assert_eq!(purchase["rest"]["people"], 20);
    assert_eq!(purchase["rest"]["events"], 21);
    assert_eq!(purchase["rest"]["value"], 51.0);
    assert!(purchase["uplift"]["absolute"].as_f64().unwrap() > 0.0);
    let interval = &purchase["uplift"]["interval"];
    assert!(interval["lower"].as_f64() < interval["upper"].as_f64());
    let one = held
        .api
        .get(&held.path("/report?event=visit,never"))
        .ok(200);
    let types: Vec<&str> = one["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["type"].as_str().unwrap())
        .collect();
    assert_eq!(types, ["never", "visit"]);
    let csv = held.api.get(&held.path("/report?format=csv"));
    assert!(csv.header("content-type").unwrap().starts_with("text/csv"));
    let lines: Vec<&str> = csv.text.lines().collect();
    assert_eq!(lines.len(), 3, "{csv:?}");
    assert!(lines[1].starts_with("purchase,20,4,4,40"), "{}", lines[1]);
    for odd in [
        "format=xml",
        "from=yesterday",
        "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
    ] {
        held.api
            .get(&held.path(&format!("/report?{odd}")))
            .problem(400, "invalid_parameter");
    }
}

#[test]
fn a_limited_token_sees_the_groups_of_its_databases() {
    let held = ControlWorld::new(3);
    held.put(&json!({"percent": 5}));
    let other = Database::new(&held.server, "Other", &[]);
    let token = |databases: &str, scopes: Value| {
        let body = json!({"name": "t", "databases": [databases], "scopes": scopes});
        let made = held.api.post("/v1/tokens", &body).ok(201);
        held.server.client(&text(&made["secret"]))
    };
    let stranger = token(&other.id, json!(["control-groups:admin"]));
    let body = json!({"percent": 6});
    let add = json!({"action": "add", "email": address(0), "reason": "x"});
    for answer in [
        stranger.get(&held.path("")),
        stranger.put(&held.path(""), &body),
        stranger.delete(&held.path("")),
        stranger.post(&held.path("/members"), &add),
        stranger.get(&held.path("/report")),
    ] {
        answer.problem(404, "not_found");
    }
    let reader = token(&held.people.id, json!(["control-groups:read"]));
    reader.get(&held.path("")).ok(200);
    reader.get(&held.path("/report")).ok(200);
    reader
        .put(&held.path(""), &body)
        .problem(403, "missing_scope");
    reader
        .post(&held.path("/members"), &add)
        .problem(403, "missing_scope");
    let writer = token(&held.people.id, json!(["control-groups:write"]));
    writer.post(&held.path("/members"), &add).ok(200);
}
