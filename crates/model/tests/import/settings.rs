//! What the settings of an import may say, and how they are refused.

use crate::kit::{codes, headers, parse};
use crate::support::Store;
use roster_model::import::{Columns, ImportSettings, Plan, RowOutcome, SegmentChoice};
use roster_model::write::{Mode, Request};
use roster_model::{Invalid, Matching};
use serde_json::{Value, json};

fn email() -> Value {
    json!({"column": "E-mail", "to": {"field": "email"}})
}

fn with(members: Value) -> Value {
    let mut settings = json!({ "mapping": [email()] });
    for (name, value) in members.as_object().unwrap() {
        settings[name] = value.clone();
    }
    settings
}

fn plan(names: &[&str], settings: Value) -> Result<Plan, Vec<Invalid>> {
    let store = Store::new();
    let settings = ImportSettings::parse(&settings, &store.schema()).unwrap();
    Plan::new(&settings, Columns::Text(&headers(names)), &store.schema())
}

#[test]
fn the_members_of_a_batch_are_those_of_the_settings() {
    let settings = parse(with(json!({
        "mode": "update", "matching": "custom", "field_name": "code", "resource_id": 1,
        "skip_invalid_subscriptions": true, "dry_run": true, "skip_triggers": null,
        "mapping": [{"column": 1, "to": {"field": "code"}}],
    })))
    .unwrap();
    assert!(settings.dry_run && !settings.skip_triggers);
    let store = Store::new();
    let request = Request::parse(settings.members(), &store.schema(), true).unwrap();
    assert_eq!(request.mode(), Mode::Update);
    assert_eq!(request.matching(), Matching::Custom);
    // And that values are left out, which is what a file does by itself.
    assert_eq!(settings.members().len(), 6);
    assert_eq!(settings.members()["invalid"], "skip");
}

#[test]
fn stored_settings_say_by_which_types_they_relate_whatever_is_gone() {
    let relation = |id: &str| json!({ "relation": { "type": id } });
    let settings = json!({"file": {"header": true}, "mapping": [
        email(),
        {"column": "a", "to": relation("7")},
        {"column": "b", "to": [{"field": "gone"}, relation("9"), relation("7")]},
        {"column": "c", "to": "ignore"},
        {"column": "d", "to": {"relation": {"type": "shops"}}},
    ]});
    let types = ImportSettings::relation_types(&settings);
    let types: Vec<String> = types.iter().map(ToString::to_string).collect();
    assert_eq!(types, ["7", "9"]);
    for none in [
        json!({}),
        json!({"mapping": "data"}),
        json!({ "mapping": [email()] }),
    ] {
        assert!(ImportSettings::relation_types(&none).is_empty());
    }
}

#[test]
fn everything_that_is_wrong_is_reported_at_its_place() {
    let wrong = parse(json!({
        "mode": "upsert",
        "mapping": [
            {"column": 0, "to": {"field": "email"}},
            {"column": "a", "to": {"field": "nothing"}},
            {"column": "b", "to": {"field": "_md5"}},
            {"column": "c", "to": {"field": "_fname", "action": "incr"}},
            {"column": "d", "to": {"field": "meta", "action": "upsert"}},
            {"column": "e", "to": {"field": "score", "submatch": "a"}},
            {"column": "f", "to": "email"},
            {"column": "g"},
            {"column": "h", "to": [{"field": "_city"}, {"field": "_status", "action": "add"}]},
            {"column": "i", "to": {"subscription": {"resource_id": 3, "channel": "email"}}},
            {"column": "j", "to": {"subscription": {"resource_id": 1, "channel": "email",
                "cats": ["none"]}}},
            {"column": "k", "to": {"subscription": {"resource_id": 1, "channel": "email"},
                "part": "provider"}},
            {"column": "l", "to": {"subscription": {"resource_id": 1, "channel": "email"},
                "part": "custom_fields.none"}},
            {"column": "m", "to": {"subscription": {"resource_id": 1, "channel": "email",
                "email": "a@b.example"}}},
            {"column": "n", "to": {"field": "_region"}, "from": 1},
            {"column": "o", "to": []},
            {"column": "p", "to": {"field": "id"}},
        ],
        "separator": "", "date_formats": ["%d.%m"], "time_zone": "Mars", "region": "XX",
        "decimal": ";", "true_values": ["ja"], "false_values": ["JA "], "empty": "null",
        "apostrophes": 1, "segment": {}, "whatever": 1,
        "constants": {"_city": 1, "none": 1, "subscriptions": [{"channel": "email"}]},
    }));
    let wrong = codes(wrong);
    let expected = [
        ("invalid_mode", "/mode"),
        ("out_of_range", "/mapping/0/column"),
        ("unknown_field", "/mapping/1/to/field"),
        ("read_only", "/mapping/2/to/field"),
        ("not_supported", "/mapping/3/to/action"),
        ("required", "/mapping/4/to/submatch"),
        ("not_supported", "/mapping/5/to/submatch"),
        ("invalid_target", "/mapping/6/to"),
        ("required", "/mapping/7/to"),
        ("not_supported", "/mapping/8/to/1/action"),
        (
            "resource_not_for_database",
            "/mapping/9/to/subscription/resource_id",
        ),
        ("unknown_category", "/mapping/10/to/subscription/cats/0"),
        ("invalid_part", "/mapping/11/to/part"),
        ("unknown_field", "/mapping/12/to/part"),
        ("not_supported", "/mapping/13/to/subscription/email"),
        ("unknown_field", "/mapping/14/from"),
        ("too_many", "/mapping/15/to"),
        ("read_only", "/mapping/16/to/field"),
        ("wrong_type", "/constants/_city"),
        ("unknown_field", "/constants/none"),
        ("required", "/constants/subscriptions/0/resource_id"),
        ("invalid_separator", "/separator"),
        ("invalid_date_format", "/date_formats/0"),
        ("invalid_time_zone", "/time_zone"),
        ("invalid_region", "/region"),
        ("not_an_option", "/decimal"),
        ("contradiction", "/false_values/0"),
        ("not_an_option", "/empty"),
        ("wrong_type", "/apostrophes"),
        ("required", "/segment/id"),
        ("unknown_field", "/whatever"),
    ];
    for (code, pointer) in expected {
        assert!(
            wrong.contains(&(code, pointer.to_owned())),
            "{pointer}: {wrong:?}"
        );
    }
    assert_eq!(wrong.len(), expected.len(), "{wrong:?}");
}

#[test]
fn one_thing_is_given_by_one_column() {
    let to = |to: Value| parse(json!({"mapping": [email(), {"column": 2, "to": to}]}));
    let double = |pointer: &str| vec![("double_target", pointer.to_owned())];
    assert_eq!(
        codes(to(json!({"field": "email"}))),
        double("/mapping/1/to")
    );
    // Lists may be filled by several columns, if they do the same.
    let lists = |action: &str| {
        parse(json!({"mapping": [email(),
            {"column": 2, "to": {"field": "phones"}},
            {"column": 3, "to": {"field": "phones", "action": action}}]}))
    };
    assert!(lists("set").is_ok());
    assert_eq!(codes(lists("add")), double("/mapping/2/to"));
    let constant = parse(with(json!({"constants": {"email": "a@b.example"}})));
    assert_eq!(codes(constant), double("/constants/email"));
    // Two contacts are two subscriptions, which must be told apart.
    let contacts = |label: Value| {
        let sms = json!({"resource_id": 1, "channel": "sms"});
        parse(json!({"mapping": [email(),
            {"column": 2, "to": {"subscription": sms}},
            {"column": 3, "to": {"subscription": sms, "label": label}}]}))
    };
    assert_eq!(codes(contacts(json!(null))), double("/mapping/2/to"));
    assert!(contacts(json!("work")).is_ok());
    let status = parse(json!({"mapping": [email(),
        {"column": 2, "to": {"subscription": {"resource_id": 1, "channel": "email",
            "status": "subscribed"}, "part": "status"}}]}));
    assert_eq!(codes(status), double("/mapping/1/to/subscription/status"));
    let differing = parse(json!({"mapping": [email(),
        {"column": 2, "to": {"subscription": {"resource_id": 1, "channel": "email",
            "priority": 1}, "part": "status"}},
        {"column": 3, "to": {"subscription": {"resource_id": "1", "channel": "email",
            "priority": 2}, "part": "cats"}}]}));
    assert_eq!(
        codes(differing),
        [(
            "contradiction",
            "/mapping/2/to/subscription/priority".to_owned()
        )]
    );
    // A column may become several things, but not one thing twice.
    let plan = plan(
        &["E-mail", "Phone"],
        json!({"mapping": [email(), {"column": 2, "to": {"field": "phones"}},
            {"column": "phone", "to": {"field": "phones"}}]}),
    );
    assert_eq!(codes(plan), double("/mapping/2/to"));
}

#[test]
fn subscriptions_need_contacts_and_rows_something_to_match_by() {
    let missing = |settings: Value| codes(parse(settings));
    let status = json!({"column": 2, "to": {"subscription":
        {"resource_id": 1, "channel": "sms"}, "part": "status"}});
    assert_eq!(
        missing(json!({"mapping": [email(), status]})),
        [("contact_missing", "/mapping/1/to".to_owned())]
    );
    let phones = json!({"column": 3, "to": {"field": "phones"}});
    assert!(parse(json!({"mapping": [email(), status, phones]})).is_ok());
    let token = json!({"column": 2, "to": {"subscription": {"resource_id": 1, "channel": "push"}}});
    assert_eq!(
        missing(json!({"mapping": [email(), token]})),
        [("contact_missing", "/mapping/1/to".to_owned())]
    );
    assert_eq!(
        missing(with(json!({"constants": {"subscriptions":
            [{"resource_id": 1, "channel": "telegram_bot"}]}}))),
        [("contact_missing", "/constants/subscriptions/0".to_owned())]
    );
    let no_match = [("match_value_missing", "/mapping".to_owned())];
    assert_eq!(missing(json!({"mapping": [phones]})), no_match);
    assert!(parse(json!({"mapping": [phones], "mode": "add"})).is_ok());
    assert!(parse(json!({"mapping": [phones], "matching": "phone"})).is_ok());
    assert_eq!(
        missing(json!({"mapping": [email()], "matching": "profile_id"})),
        no_match
    );
    assert_eq!(
        missing(json!({"mapping": [email()], "matching": "custom", "field_name": "code"})),
        no_match
    );
    let id = json!({"column": 1, "to": {"field": "id"}});
    assert!(parse(json!({"mapping": [id], "matching": "profile_id"})).is_ok());
}

#[test]
fn columns_are_found_by_header_or_number() {
    let to_code = |column: Value| json!({"column": column, "to": {"field": "code"}});
    let of = |names: &[&str], column: Value| {
        plan(names, json!({"mapping": [to_code(column)], "mode": "add"}))
    };
    for (names, column) in [
        (["Code", "x"], json!("Code")),
        (["Code", "x"], json!(" code")),
        (["code", "Code"], json!("Code")),
        (["", "x"], json!("")),
        (["x", "x"], json!(2)),
    ] {
        assert!(of(&names, column.clone()).is_ok(), "{column}");
    }
    for (names, column, code) in [
        (["a", "b"], json!("Code"), "unknown_column"),
        (["a", "b"], json!(3), "unknown_column"),
        (["x", "x"], json!("x"), "ambiguous_column"),
        (["CODE", "Code"], json!("code"), "ambiguous_column"),
    ] {
        let wrong = codes(of(&names, column));
        assert_eq!(wrong, [(code, "/mapping/0/column".to_owned())]);
    }
}

#[test]
fn columns_that_are_not_mapped_are_ignored_unless_told_otherwise() {
    let names = ["E-mail", "x", "y", "z"];
    let settings = |others: &str| json!({"mapping": [email(), {"column": "y", "to": "ignore"}], "others": others});
    assert_eq!(plan(&names, settings("ignore")).unwrap().ignored(), [1, 3]);
    let wrong = plan(&names, settings("refuse"));
    assert_eq!(codes(wrong), [("unmapped_column", "/mapping".to_owned())]);
    assert!(plan(&["E-mail", "y"], settings("refuse")).is_ok());
}

#[test]
fn cells_need_a_mapping_and_records_do_not() {
    let store = Store::new();
    for settings in [json!({}), json!({"mapping": "data"})] {
        let settings = ImportSettings::parse(&settings, &store.schema()).unwrap();
        let names = headers(&["email"]);
        let wrong = Plan::new(&settings, Columns::Text(&names), &store.schema());
        assert_eq!(codes(wrong), [("required", "/mapping".to_owned())]);
        assert!(Plan::new(&settings, Columns::Records, &store.schema()).is_ok());
    }
    let numbered = json!({"mapping": [{"column": 1, "to": {"field": "email"}}]});
    let settings = ImportSettings::parse(&numbered, &store.schema()).unwrap();
    let wrong = Plan::new(&settings, Columns::Records, &store.schema());
    assert_eq!(
        codes(wrong),
        [("not_supported", "/mapping/0/column".to_owned())]
    );
}

#[test]
fn a_segment_is_there_or_is_made() {
    let segment = |given: Value| parse(with(json!({ "segment": given })));
    let goal = segment(json!({"id": "5"})).unwrap().segment.unwrap();
    assert_eq!(goal.outcomes, RowOutcome::ALL);
    let goal = segment(json!({"create": " May ", "outcomes": ["updated", "created", "created"]}));
    let goal = goal.unwrap().segment.unwrap();
    assert_eq!(goal.segment, SegmentChoice::Create("May".to_owned()));
    assert_eq!(goal.outcomes, [RowOutcome::Created, RowOutcome::Updated]);
    for (given, code, pointer) in [
        (json!({"id": 0}), "invalid_id", "/segment/id"),
        (json!({"id": 6}), "unknown_segment", "/segment/id"),
        (
            json!({"id": 5, "create": "x"}),
            "contradiction",
            "/segment/create",
        ),
        (
            json!({"id": 5, "outcomes": []}),
            "empty",
            "/segment/outcomes",
        ),
        (
            json!({"id": 5, "outcomes": ["failed"]}),
            "not_an_option",
            "/segment/outcomes/0",
        ),
        (json!("x"), "wrong_type", "/segment"),
    ] {
        assert_eq!(codes(segment(given)), [(code, pointer.to_owned())]);
    }
}
