use crate::script::{Script, database};
use roster_altcraft::download;
use serde_json::{Value, json};

#[test]
fn a_file_is_exported_in_three_steps() {
    let condition = json!({"field": "custom_id", "eq": "doctor"});
    let body =
        json!({"format": "csv", "condition": condition, "subscriptions": "json", "raw": true});
    let script = Script::new().then(
        "POST /v1/databases/7/exports",
        body,
        202,
        json!({"id": "12", "state": "queued", "file": null}),
    );
    let call = json!({"source_type": "database", "source_id": 7, "file_format": "csv", "custom_request": {"custom_id": "doctor"}});
    let task = script.call("profiles/get_all", call)["data"]["task_id"].clone();
    let status = |state: &str, percent: Value, file: Value| {
        let job = json!({"id": "12", "state": state, "percent": percent, "settings": {}, "problem": null,
            "counts": {"read": 3}, "file": file});
        let script = Script::new().then("GET /v1/databases/7/exports/12", Value::Null, 200, job);
        script.call("tasks/status", json!({"task_id": task}))["data"].clone()
    };
    let waits = status("running", 99.9.into(), Value::Null);
    assert_eq!(
        (
            &waits["status"],
            &waits["progress"],
            &waits["result"]["urls"]
        ),
        (&json!("running"), &json!(99), &json!([]))
    );
    let done = status(
        "completed",
        100.into(),
        json!({"name": "x", "size": 1, "content_type": "text/csv", "path": "/v1/x"}),
    );
    let url = "/api/download/data/00000007-0000-4000-8101-00000000000c/7_database_export.csv";
    let result =
        json!({"errors": [], "source_id": 7, "total": 3, "type": "database", "urls": [url]});
    assert_eq!(
        done,
        json!({"status": "completed", "progress": 100, "result": result})
    );
    assert_eq!(
        download(url).as_deref(),
        Some("/v1/databases/7/exports/12/file")
    );
}

#[test]
fn a_task_that_only_counted_is_over() {
    let script = Script::new().then("GET /v1/databases/7", Value::Null, 200, database());
    let task =
        script.call("databases/refresh_counters", json!({"id": 7}))["data"]["task_id"].clone();
    let status = Script::new().call("tasks/status", json!({"task_id": task}));
    assert_eq!(status["data"]["status"], "completed");
    let unknown = Script::new().call("tasks/status", json!({"task_id": "nothing"}));
    assert_eq!(
        unknown,
        json!({"error": 404, "error_text": "task_id: there is no such task."})
    );
}

#[test]
fn what_stands_on_a_suppression_list_is_exported_at_once() {
    for (sent, total, file) in [
        (Value::Null, 9, "all"),
        (json!("all"), 9, "all"),
        (json!("emails"), 5, "emails"),
        (json!("phones"), 3, "phones"),
    ] {
        let page = json!({"items": [], "next": null});
        let entries = "GET /v1/suppressions/3/entries?limit=1";
        let script = Script::new().then(entries, Value::Null, 200, page);
        let task =
            script.call("suppresses/export", json!({"id": 3, "type": sent}))["data"]["task_id"]
                .clone();
        let counts = |plain: u64| json!({"plain": plain, "md5": 2, "sha256": 0});
        let counters = json!({"total": 9, "email": counts(3), "domain": counts(0), "phone": counts(1), "subdomains": 0});
        let path = "GET /v1/suppressions/3/counters";
        let script = Script::new().then(path, Value::Null, 200, counters);
        let mut status = script.call("tasks/status", json!({"task_id": task}))["data"].take();
        assert_eq!(status["status"], "completed");
        let result = status["result"].take();
        assert_eq!(
            (&result["total"], &result["suppress_id"]),
            (&json!(total), &json!(3))
        );
        let kind = match file {
            "all" => "",
            "emails" => "&type=email",
            _ => "&type=phone",
        };
        for (member, ending, hashed) in [
            ("hashed_file", "md5.zip", "&hashed=md5"),
            ("regular_file", "zip", ""),
        ] {
            let url = result[member].as_str().expect("a file");
            assert!(url.ends_with(&format!("/3_{file}.{ending}")), "{url}");
            let path = format!("/v1/suppressions/3/export?format=zip{hashed}{kind}");
            assert_eq!(download(url), Some(path));
        }
    }
    let answer = Script::new().call("suppresses/export", json!({"id": 3, "type": "mails"}));
    assert_eq!(
        answer["error_text"],
        "type: it is emails, phones, domains or all."
    );
}
