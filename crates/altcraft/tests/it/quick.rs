use crate::script::{ID, Script, problem};
use roster_altcraft::{Envelope, Failure, HttpCall, QUICK_IMPORT, QuickAnswer, QuickCall};
use serde_json::{Value, json};

const WRITE: &str = "POST /v1/databases/7/profiles";

fn written() -> Value {
    json!({"outcome": "created", "id": ID, "revision": 1, "skipped": []})
}

fn http<'a>(verb: &'a str, query: &'a str, content_type: &'a str, body: &'a str) -> HttpCall<'a> {
    HttpCall {
        verb,
        path: QUICK_IMPORT,
        query,
        content_type,
        authorization: "",
        body: body.as_bytes(),
    }
}

/// Status and text of a call without a page.
fn of(script: &Script, query: &str) -> (u16, String) {
    let answer = script.quick(http("GET", query, "", ""), "");
    assert_eq!(answer.content_type, "text/plain; charset=utf-8");
    (answer.status, answer.body)
}

fn ok() -> (u16, String) {
    (200, "OK".to_owned())
}

#[test]
fn parameters_stand_in_the_query_a_form_or_json() {
    let script = || {
        let body = json!({"mode": "import", "matching": "email", "email": "a+b@x.org",
            "data": {"_fname": "Ann B", "labels": ["1", "2"]}});
        Script::new().then(WRITE, body, 201, written())
    };
    let form = "email=a%2Bb%40x.org&_fname=Ann+B&labels[]=1&labels%5B%5D=2";
    let query = format!("token=abc&db_id=7&{form}");
    assert_eq!(of(&script(), &query), ok());
    let json = json!({"email": "a+b@x.org", "_fname": "Ann B", "labels": [1, 2], "db_id": 7});
    for (query, kind, body) in [
        ("", "application/x-www-form-urlencoded", query.clone()),
        ("token=abc&db_id=7", "", form.to_owned()),
        ("token=abc", "application/json", json.to_string()),
        ("token=abc&db_id=9", "text/plain", json.to_string()),
    ] {
        let answer = script().quick(http("POST", query, kind, &body), "");
        assert_eq!((answer.status, answer.body), ok(), "{query} {body}");
    }
}

#[test]
fn who_is_meant_is_said_by_email_phone_or_a_field() {
    let added = json!({"action": "add", "value": ["+79000000000"]});
    for (query, body) in [
        (
            "matching=email_profile&email=a@x.org",
            json!({"matching": "email_profile", "email": "a@x.org", "data": {}}),
        ),
        (
            "matching=phone&phone=%2B79000000000&email=a@x.org",
            json!({"matching": "phone", "phone": "+79000000000", "data": {"email": "a@x.org"}}),
        ),
        (
            "email=a@x.org&phone=%2B79000000000",
            json!({"matching": "email", "email": "a@x.org", "data": {"phones": added}}),
        ),
        (
            "matching=custom_id&custom_id=12&email=a@x.org",
            json!({"matching": "custom", "field_name": "custom_id",
                "data": {"custom_id": "12", "email": "a@x.org"}}),
        ),
    ] {
        let mut expected = body;
        expected["mode"] = "import".into();
        let script = Script::new().then(WRITE, expected, 201, written());
        assert_eq!(
            of(&script, &format!("token=a&db_id=7&{query}")),
            ok(),
            "{query}"
        );
    }
}

#[test]
fn a_resource_subscribes_the_contact_and_the_page_is_kept() {
    let body = json!({"mode": "import", "matching": "email", "email": "a@x.org",
        "consent": {"act": "quick_import", "ip": "2001:db8::1", "url": "https://shop.example/form?a=1"},
        "data": {"_regip": "2001:db8::1", "_regurl": "https://shop.example/form?a=1",
            "subscriptions": [{"resource_id": "5", "channel": "email", "email": "a@x.org"}]}});
    let script = Script::new().then(WRITE, body, 201, written());
    let query = "token=a&db_id=7&resource_id=5&email=a@x.org&_regip=2001:db8::1";
    let answer = script.quick(http("GET", query, "", ""), "https://shop.example/form?a=1");
    assert_eq!((answer.status, answer.body), ok());
    // What is sent goes before the page, and a page that is none is nothing.
    for (page, sent, url) in [
        (
            "https://other.example/",
            "&_regurl=https://shop.example/",
            "https://shop.example/",
        ),
        ("about:blank", "", ""),
    ] {
        let mut body = json!({"mode": "import", "matching": "phone", "phone": "+79000000000",
            "consent": {"act": "quick_import"},
            "data": {"subscriptions": [{"resource_id": "5", "channel": "sms", "phone": "+79000000000"}]}});
        if !url.is_empty() {
            body["consent"]["url"] = url.into();
            body["data"]["_regurl"] = url.into();
        }
        let script = Script::new().then(WRITE, body, 201, written());
        let query =
            format!("token=a&db_id=7&resource_id=5&matching=phone&phone=%2B79000000000{sent}");
        let answer = script.quick(http("POST", &query, "", ""), page);
        assert_eq!((answer.status, answer.body), ok());
    }
    let script = Script::new();
    let (status, text) = of(
        &script,
        "token=a&db_id=7&matching=custom_id&custom_id=1&resource_id=5",
    );
    assert_eq!(
        (status, &*text),
        (
            400,
            "resource_id: there is no email or phone to be subscribed."
        )
    );
}

#[test]
fn triggers_and_workflows_are_asked_for() {
    let body = json!({"mode": "import", "matching": "email", "email": "a@x.org", "data": {},
        "start": {"trigger_id": "17", "workflow_id": "8"}});
    let script = Script::new().then(WRITE, body, 200, written());
    let query = "token=a&db_id=7&email=a@x.org&trigger_id=17&workflow_id=8";
    assert_eq!(of(&script, query), ok());
    // Import + trigger of v1.1.
    let body = json!({"mode": "import", "matching": "email", "data": {"email": "a@x.org"},
        "start": {"trigger_id": "17"}});
    let script = Script::new().then(WRITE, body, 200, written());
    let call =
        json!({"db_id": 7, "trigger_id": 17, "workflow_id": 0, "data": {"email": "a@x.org"}});
    assert_eq!(script.call("profiles/import", call)["error"], 0);
    let call = json!({"db_id": 7, "trigger_id": [1], "data": {"email": "a@x.org"}});
    let answer = Script::new().call("profiles/import", call);
    assert_eq!(answer["error_text"], "trigger_id: an id is a whole number.");
    for wrong in ["abc", "1.5", "-1"] {
        let query = format!("token=a&db_id=7&email=a@x.org&trigger_id={wrong}");
        let text = "trigger_id: an id is a whole number.".to_owned();
        assert_eq!(of(&Script::new(), &query), (400, text), "{wrong}");
    }
}

#[test]
fn subscriptions_are_named_as_left_out_and_what_is_no_text_is_refused() {
    let body = json!({"mode": "import", "matching": "email", "email": "a@x.org", "data": {}});
    let script = Script::new().then(WRITE, body, 200, written());
    let query = "token=a&db_id=7&email=a@x.org&subscriptions=[{}]&skip_triggers=1";
    let text = "OK, but not all of it: The database has no field subscriptions.".to_owned();
    assert_eq!(of(&script, query), (200, text));
    let answer = Envelope::open(HttpCall {
        verb: "POST",
        path: "/api/v1.1/databases/list",
        query: "from_id=%ff",
        ..HttpCall::default()
    });
    assert!(answer.is_err_and(|(failure, _)| failure.text == "from_id: it is not UTF-8."));
    let http = http("GET", "token=a&db_id=7&email=a@x.org&_fname=%ff", "", "");
    let refused = QuickCall::open(http, "")
        .map(|_| ())
        .expect_err("a refusal");
    assert_eq!(
        (refused.status, &*refused.body),
        (400, "_fname: it is not UTF-8.")
    );
}

#[test]
fn what_is_left_out_is_told() {
    let body =
        json!({"mode": "import", "matching": "email", "email": "a@x.org", "data": {"_fname": "A"}});
    let skipped =
        json!([{"code": "status_kept", "pointer": "/data/_status", "detail": "They left."}]);
    let mut answer = written();
    answer["skipped"] = skipped;
    let script = Script::new().then(WRITE, body, 200, answer);
    let query = "token=a&db_id=7&email=a@x.org&_fname=A&utm_source=%3Cb%3E&skip_triggers=1&_md5=x&subscriptions=1";
    let text = "OK, but not all of it: data._status: They left. The database has no field subscriptions, utm_source.";
    assert_eq!(of(&script, query), (200, text.to_owned()));
}

#[test]
fn what_is_wrong_has_its_status_and_a_sentence() {
    let first = "token=a&db_id=7&";
    for (query, status, text) in [
        (
            "db_id=7&email=a@x.org".to_owned(),
            403,
            "token: send an API token in the body or as Authorization: Bearer.",
        ),
        (
            "token=a&email=a@x.org".to_owned(),
            400,
            "db_id: this member is needed.",
        ),
        (
            "token=a&db_id=0&email=a@x.org".to_owned(),
            400,
            "db_id: an id is a whole number above 0.",
        ),
        (
            "token=a&db_id=9&email=a@x.org".to_owned(),
            404,
            "db_id: there is no database 9.",
        ),
        (
            format!("{first}_fname=A"),
            400,
            "email: this member is needed.",
        ),
        (first.to_owned(), 400, "email: this member is needed."),
        (
            format!("{first}email=x@localhost"),
            400,
            "email: this member is needed.",
        ),
        (
            format!("{first}matching=phone&email=a@x.org"),
            400,
            "phone: this member is needed.",
        ),
        (
            format!("{first}matching=custom_id&email=a@x.org"),
            400,
            "custom_id: this member is needed.",
        ),
        (
            format!("{first}matching=nothing&email=a@x.org"),
            400,
            "matching: it is email, email_profile, phone or the name of a field.",
        ),
    ] {
        assert_eq!(
            of(&Script::new(), &query),
            (status, text.to_owned()),
            "{query}"
        );
    }
    for (status, code, expected) in [
        (422, "invalid_email", 400),
        (401, "unauthorized", 403),
        (403, "forbidden", 403),
        (422, "unknown_resource", 404),
        (409, "ambiguous_match", 409),
        (429, "too_often", 429),
        (503, "store_busy", 503),
    ] {
        let body = json!({"mode": "import", "matching": "email", "email": "a", "data": {}});
        let refused = problem(code, "/data/email", "No.");
        let script = Script::new().then(WRITE, body, status, refused);
        let (status, text) = of(&script, "token=a&db_id=7&email=a");
        assert_eq!(status, expected, "{code}");
        assert!(expected == 503 || text == "email: No.", "{text}");
    }
    let data =
        json!({"subscriptions": [{"resource_id": "9", "channel": "email", "email": "a@x.org"}]});
    let body = json!({"mode": "import", "matching": "email", "email": "a@x.org",
        "consent": {"act": "quick_import"}, "data": data});
    let place = "/data/subscriptions/0/resource_id";
    let gone = problem("unknown_resource", place, "There is no resource 9.");
    let script = Script::new().then(WRITE, body, 422, gone);
    let refused = of(&script, "token=a&db_id=7&email=a@x.org&resource_id=9");
    assert_eq!(
        refused,
        (404, "resource_id: There is no resource 9.".to_owned())
    );
    for (verb, body) in [
        ("PUT", "{}"),
        ("POST", "{"),
        ("POST", "[1]"),
        ("POST", "<a"),
    ] {
        let answer = Script::new().quick(http(verb, "token=a", "", body), "");
        assert_eq!(answer.status, 400, "{verb} {body}");
        assert!(!answer.body.contains('<'));
    }
}

#[test]
fn its_path_is_found_with_any_number_of_slashes() {
    for (path, is) in [
        (QUICK_IMPORT, true),
        ("/api//integrations/any/profile_import/", true),
        ("/api/integrations/any", false),
        ("/api/integrations/any/profile_import/x", false),
    ] {
        assert_eq!(QuickCall::is_at(path), is, "{path}");
    }
}

impl Script {
    fn quick(&self, http: HttpCall<'_>, referer: &str) -> QuickAnswer {
        let answer = match QuickCall::open(http, referer) {
            Ok(call) if call.token().is_none() => QuickAnswer::refusal(Failure::no_token()),
            Ok(call) => crate::script::run(roster_altcraft::quick_import(self, call)),
            Err(refused) => refused,
        };
        self.is_over();
        answer
    }
}
