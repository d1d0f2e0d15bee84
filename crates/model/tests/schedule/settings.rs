//! What a schedule may be, and how it is changed.

use roster_model::schedule::{Auth, ScheduleSettings, SecretChange};
use roster_model::{Invalid, Zone};
use serde_json::{Value, json};

fn schedule() -> Value {
    json!({
        "name": "nightly",
        "plan": {"cron": "0 3 * * *"},
        "source": {
            "url": "https://files.example.org/people.csv#part",
            "headers": {"X-Team": "crm"},
            "auth": {"type": "basic", "user": "roster"},
            "secret": "s3cret",
        },
        "settings": {"mapping": []},
    })
}

fn create(json: &Value) -> Result<(ScheduleSettings, SecretChange), Vec<Invalid>> {
    ScheduleSettings::create(json, &Zone::parse("Europe/Berlin").unwrap())
}

fn created() -> ScheduleSettings {
    create(&schedule()).unwrap().0
}

fn patch(patch: Value) -> Result<(ScheduleSettings, SecretChange), Vec<Invalid>> {
    created().patch(&patch, &Zone::utc())
}

fn codes<T: std::fmt::Debug>(result: Result<T, Vec<Invalid>>) -> Vec<(&'static str, String)> {
    let wrong = result.unwrap_err().into_iter();
    wrong.map(|e| (e.code.as_str(), e.pointer)).collect()
}

#[test]
fn a_schedule_is_read_and_kept_without_its_secret() {
    let (schedule, secret) = create(&schedule()).unwrap();
    assert_eq!(secret, SecretChange::Set("s3cret".to_owned()));
    assert!(schedule.enabled && !schedule.skip_unchanged);
    let kept = json!(schedule);
    assert_eq!(
        kept,
        json!({
            "name": "nightly",
            "enabled": true,
            "plan": {"cron": "0 3 * * *", "time_zone": "Europe/Berlin"},
            "source": {
                "url": "https://files.example.org/people.csv",
                "headers": {"x-team": "crm"},
                "auth": {"type": "basic", "user": "roster"},
            },
            "skip_unchanged": false,
            "settings": {"mapping": []},
        })
    );
    let again: ScheduleSettings = serde_json::from_value(kept).unwrap();
    assert_eq!(again, schedule);
}

#[test]
fn a_plan_has_the_zone_of_the_database_where_cron_needs_one() {
    let plan = |plan: Value| {
        let mut json = schedule();
        json["plan"] = plan;
        create(&json).unwrap().0.plan.to_json()
    };
    let cron = "0 3 * * *";
    for (given, kept) in [
        (
            json!({"cron": cron, "time_zone": null}),
            json!({"cron": cron, "time_zone": "Europe/Berlin"}),
        ),
        (
            json!({"cron": cron, "time_zone": "Asia/Tokyo"}),
            json!({"cron": cron, "time_zone": "Asia/Tokyo"}),
        ),
        (
            json!({"cron": null, "every_hours": 2}),
            json!({"every_hours": 2}),
        ),
    ] {
        assert_eq!(plan(given), kept);
    }
}

#[test]
fn everything_that_is_wrong_is_reported_at_its_place() {
    let all = codes(create(&json!({"settings": 1, "more": 1})));
    for expected in [
        ("required", "/name"),
        ("required", "/plan"),
        ("required", "/source"),
        ("wrong_type", "/settings"),
        ("unknown_field", "/more"),
    ] {
        assert!(
            all.contains(&(expected.0, expected.1.to_owned())),
            "{all:?}"
        );
    }
    let with = |source: Value| {
        let mut json = schedule();
        json["source"] = source;
        codes(create(&json))
    };
    let url = "https://a.example/";
    for (source, code, pointer) in [
        (json!({}), "required", "/source/url"),
        (json!({"url": "people.csv"}), "invalid_url", "/source/url"),
        (
            json!({"url": "ftp://a.example/x"}),
            "invalid_url",
            "/source/url",
        ),
        (
            json!({"url": "https://me:pw@a.example/"}),
            "invalid_url",
            "/source/url",
        ),
        (
            json!({"url": url, "headers": {"a b": "c"}}),
            "invalid_header",
            "/source/headers/a b",
        ),
        (
            json!({"url": url, "headers": {"a": "b\r\nc: d"}}),
            "invalid_header",
            "/source/headers/a",
        ),
        (
            json!({"url": url, "headers": {"Authorization": "x"}}),
            "reserved_header",
            "/source/headers/Authorization",
        ),
        (
            json!({"url": url, "auth": {"type": "digest"}}),
            "not_an_option",
            "/source/auth/type",
        ),
        (
            json!({"url": url, "auth": {"type": "basic"}}),
            "required",
            "/source/auth/user",
        ),
        (
            json!({"url": url, "auth": {"type": "basic", "user": "a:b"}}),
            "invalid_header",
            "/source/auth/user",
        ),
        (
            json!({"url": url, "auth": {"type": "header", "name": "host"}}),
            "reserved_header",
            "/source/auth/name",
        ),
        (
            json!({"url": url, "secret": "x"}),
            "contradiction",
            "/source/secret",
        ),
    ] {
        let wrong = with(source.clone());
        assert!(
            wrong.contains(&(code, pointer.to_owned())),
            "{source}: {wrong:?}"
        );
    }
}

#[test]
fn no_message_quotes_a_password() {
    let mut json = schedule();
    json["source"]["url"] = json!("https://me:hunter2@a.example/");
    json["source"]["secret"] = json!("hunter2\u{1}");
    let wrong = create(&json).unwrap_err();
    assert_eq!(wrong.len(), 2);
    assert!(
        wrong.iter().all(|e| !e.to_string().contains("hunter2")),
        "{wrong:?}"
    );
}

#[test]
fn a_patch_merges_the_source_and_keeps_the_secret() {
    let (patched, secret) = patch(json!({
        "enabled": false,
        "source": {"url": "https://files.example.org/other.csv", "headers": {"x-more": "1"}},
    }))
    .unwrap();
    assert_eq!(secret, SecretChange::Keep);
    assert!(!patched.enabled);
    assert_eq!(patched.source.file().unwrap().url.path(), "/other.csv");
    assert_eq!(patched.source.file().unwrap().headers.len(), 2);
    assert_eq!(patched.plan, created().plan);
    let (patched, secret) =
        patch(json!({"source": {"headers": {"x-team": null}, "auth": null}})).unwrap();
    assert_eq!(secret, SecretChange::Clear);
    assert_eq!(patched.source.file().unwrap().auth, Auth::None);
    assert!(patched.source.file().unwrap().headers.is_empty());
    let (patched, _) = patch(json!({"plan": {"every_hours": 1}, "settings": {"a": 1}})).unwrap();
    assert_eq!(patched.plan.to_json(), json!({"every_hours": 1}));
    assert_eq!(patched.settings, json!({"a": 1}));
    assert_eq!(
        codes(patch(json!({"name": null}))),
        [("required", "/name".to_owned())]
    );
    assert_eq!(
        codes(patch(json!({"plan": null}))),
        [("required", "/plan".to_owned())]
    );
}

#[test]
fn a_secret_does_not_go_to_another_host() {
    let needed = [("secret_needed", "/source/secret".to_owned())];
    for source in [
        json!({"url": "https://elsewhere.example/people.csv"}),
        json!({"url": "http://files.example.org/people.csv"}),
        json!({"url": "https://files.example.org:8443/people.csv"}),
        json!({"auth": {"type": "header", "name": "x-echo"}}),
    ] {
        assert_eq!(codes(patch(json!({"source": source}))), needed, "{source}");
    }
    let url = "https://elsewhere.example/people.csv";
    for secret in [json!("other"), json!(null)] {
        let source = json!({"url": url, "secret": secret, "headers": {"x-team": "crm"}});
        assert!(patch(json!({ "source": source })).is_ok());
    }
}

#[test]
fn values_of_headers_are_hidden_and_what_is_shown_changes_none() {
    let source = created().source;
    let shown = source.to_shown();
    assert_eq!(shown["headers"], json!({"x-team": "***"}));
    // What a client read it sends back, with a header more.
    let mut back = shown;
    back["headers"]["x-more"] = "new".into();
    let (after, _) = patch(json!({ "source": back })).unwrap();
    let headers = [("x-more", "new"), ("x-team", "crm")];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(after.source.file().unwrap().headers, headers);
    let unknown = patch(json!({"source": {"headers": {"x-other": "***"}}}));
    assert_eq!(
        codes(unknown),
        [("invalid_header", "/source/headers/x-other".to_owned())]
    );
    // Hidden values are not sent to somebody who only sees stars.
    let moved = |headers: Value| {
        patch(
            json!({"source": {"url": "https://evil.example/", "secret": "mine",
            "headers": headers}}),
        )
    };
    for headers in [json!({}), json!({"X-Team": "***"})] {
        assert_eq!(
            codes(moved(headers)),
            [("secret_needed", "/source/headers/x-team".to_owned())]
        );
    }
    for headers in [json!({"X-Team": "crm"}), json!({"x-team": null})] {
        assert!(moved(headers).is_ok());
    }
}
