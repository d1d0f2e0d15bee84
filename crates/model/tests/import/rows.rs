//! What rows become.

use crate::kit::{Rig, codes};
use crate::support::{Store, code, created, wrongs};
use roster_model::import::Row;
use serde_json::{Value, json};

#[test]
fn cells_are_read_by_the_type_of_their_field() {
    for (field, cell, value) in [
        ("score", "1 234", json!(1234)),
        ("score", "1,234", json!(1234)),
        ("score", "12.00", json!(12)),
        ("rate", "1,234.5", json!(1234.5)),
        ("_fname", " Ann ", json!(" Ann ")),
        ("_fname", "Ann\r\nMarie\n", json!("Ann Marie")),
        ("_fname", "'=1", json!("=1")),
        ("_bdate", "2001-12-31", json!("2001-12-31")),
        ("_sex", "Ж", json!("female")),
        ("_sex", "Male", json!("male")),
        ("_sex", "f", json!("f")),
        ("level", "HIGH", json!("high")),
        ("level", "1", json!("1")),
        ("_ip", "192.0.2.1", json!("192.0.2.1")),
        ("labels", "a, b;c", json!(["a", "b;c"])),
        (
            "phones",
            "'+442079460018, +442079460019",
            json!(["+442079460018", "+442079460019"]),
        ),
        ("meta", r#"{"a":{"b":1}}"#, json!({"a": {"b": 1}})),
        ("items", r#"[{"a":1}]"#, json!([{"a": 1}])),
        ("_status", "Unsubscribed", json!("Unsubscribed")),
        ("score", " ", Value::Null),
    ] {
        assert_eq!(
            Rig::field(field, json!({}), cell),
            Ok(value),
            "{field} {cell}"
        );
    }
}

#[test]
fn short_years_of_births_lie_in_the_past() {
    let mapping = json!([{"column": "Born", "to": {"field": "_bdate"}}]);
    let settings = json!({"mode": "add", "mapping": mapping, "date_formats": ["%d.%m.%y"]});
    let mut rig = Rig::text(&["Born"], settings);
    rig.plan = rig.plan.at_moment("2026-11-28T12:00:00Z".parse().unwrap());
    let item = rig.item(&["31.12.68"]).unwrap();
    assert_eq!(item["_bdate"], "1968-12-31");
}

#[test]
fn errors_of_spreadsheets_are_no_values() {
    for cell in ["#N/A", " #REF! ", "#WERT!", "Err:502", "########"] {
        let rig = Rig::text(
            &["City"],
            json!({"mode": "add", "empty": "clear",
                "mapping": [{"column": "City", "to": {"field": "_city"}}]}),
        );
        match rig.item(&[cell]) {
            Ok(item) => assert_eq!(item.get("_city"), None, "{cell}"),
            Err(wrong) => {
                assert_eq!(
                    codes::<Value>(Err(wrong)),
                    [("sheet_error", "/City".to_owned())]
                );
            }
        }
    }
    for text in ["#1", "#MeToo", "N/A"] {
        assert_eq!(Rig::field("_city", json!({}), text), Ok(json!(text)));
    }
}

#[test]
fn settings_say_how_cells_are_read() {
    for (others, field, cell, value) in [
        (json!({"decimal": ","}), "rate", "1.234,5", json!(1234.5)),
        (json!({"decimal": ","}), "score", "1.234", json!(1234)),
        (
            json!({"separator": ";"}),
            "labels",
            "a,b ; c",
            json!(["a,b", "c"]),
        ),
        (
            json!({"date_formats": ["%d.%m.%Y", "%d.%m.%y"]}),
            "_bdate",
            "31.12.90",
            json!("1990-12-31"),
        ),
        (
            json!({"date_formats": ["%d.%m.%Y"]}),
            "_bdate",
            "1990-12-31",
            json!("1990-12-31"),
        ),
        (
            json!({"date_formats": ["%Y-%d-%m"]}),
            "_bdate",
            "1990-02-01",
            json!("1990-01-02"),
        ),
        (json!({"trim": true}), "_fname", " Ann ", json!("Ann")),
        (
            json!({"apostrophes": "keep"}),
            "_fname",
            "'=1",
            json!("'=1"),
        ),
        (json!({"empty": "clear"}), "_fname", "", Value::Null),
        (
            json!({"empty_values": ["NULL"]}),
            "score",
            " NULL ",
            Value::Null,
        ),
    ] {
        assert_eq!(Rig::field(field, others, cell), Ok(value), "{field} {cell}");
    }
}

#[test]
fn a_cell_that_can_not_be_read_is_refused_under_its_header() {
    for (others, field, cell, code) in [
        (json!({}), "score", "1.5", "wrong_type"),
        (json!({}), "score", "99999999999999999999", "out_of_range"),
        (json!({}), "rate", "1,5", "wrong_type"),
        (json!({"decimal": ","}), "rate", "1.5", "wrong_type"),
        (json!({}), "_bdate", "31.12.1990", "invalid_date"),
        (
            json!({"date_formats": ["%d.%m.%Y"]}),
            "_bdate",
            "12/31/1990",
            "invalid_date",
        ),
        (json!({}), "email", "nobody", "invalid_email"),
        (json!({}), "phones", "+442079460018,12", "invalid_phone"),
        (json!({}), "level", "middle", "not_an_option"),
        (json!({}), "_ip", "1.2.3", "invalid_ip"),
        (json!({}), "meta", "{a}", "invalid_json"),
        (json!({}), "meta", "[]", "wrong_type"),
        (json!({}), "_status", "gone", "invalid_status"),
        (
            json!({"line_breaks": "refuse"}),
            "_fname",
            "a\nb",
            "control_character",
        ),
    ] {
        let wrong = codes(Rig::field(field, others, cell));
        assert_eq!(wrong, [(code, "/It".to_owned())], "{field} {cell}");
    }
}

#[test]
fn booleans_are_words_of_the_settings() {
    let rig = |others: Value| {
        let mut settings = others;
        settings["invalid"] = json!("refuse");
        settings["mapping"] = json!([
            {"column": 1, "to": {"field": "email"}},
            {"column": 2, "to": {"subscription": {"resource_id": 1, "channel": "email"},
                "part": "opt_in"}}]);
        Rig::text(&["e", "ok"], settings)
    };
    let status = |rig: &Rig, cell: &str| {
        let item = rig
            .item(&["a@b.example", cell])
            .map_err(|e| e[0].code.as_str())?;
        Ok(item["subscriptions"][0]["status"].clone())
    };
    let standard = rig(json!({}));
    for yes in ["Да", "YES", "1", "true", " x "] {
        assert_eq!(status(&standard, yes), Ok(json!("subscribed")));
    }
    for no in ["нет", "No", "0", "FALSE"] {
        assert_eq!(status(&standard, no), Ok(json!("unsubscribed")));
    }
    assert_eq!(status(&standard, ""), Ok(Value::Null));
    assert_eq!(status(&standard, "ja"), Err("opt_in_unknown"));
    let german = rig(json!({"true_values": ["ja"], "false_values": ["nein"]}));
    assert_eq!(status(&german, "JA"), Ok(json!("subscribed")));
    assert_eq!(status(&german, "yes"), Err("opt_in_unknown"));
}

#[test]
fn several_columns_fill_one_list() {
    let settings = json!({"matching": "phone", "invalid": "refuse", "mapping": [
        {"column": "Mobile", "to": {"field": "phones", "action": "add"}},
        {"column": "Home", "to": {"field": "phones", "action": "add"}}]});
    let rig = Rig::text(&["Home", "Mobile"], settings);
    let item = rig.item(&["+442079460018,+442079460019", "+442079460017"]);
    assert_eq!(
        item.unwrap(),
        json!({"phones": {"action": "add",
            "value": ["+442079460017", "+442079460018", "+442079460019"]}})
    );
    assert_eq!(rig.item(&["", ""]).unwrap(), json!({}));
    // A complaint is about the column of the number that is wrong.
    let wrong = wrongs(rig.prepare(&["+442079460018,12", "+442079460017"]));
    assert_eq!(wrong, [("invalid_phone", "/Home".to_owned())]);
    let wrong = wrongs(rig.prepare(&["+442079460018", "12"]));
    assert_eq!(wrong, [("invalid_phone", "/Mobile".to_owned())]);
}

#[test]
fn functional_updates_change_what_is_there() {
    let settings = json!({"mapping": [
        {"column": "e", "to": {"field": "email"}},
        {"column": "n", "to": {"field": "score", "action": "incr"}},
        {"column": "t", "to": {"field": "labels", "action": "delete"}},
        {"column": "c", "to": {"field": "meta", "action": "upsert", "submatch": "a.b"}}]});
    let rig = Rig::text(&["e", "n", "t", "c"], settings);
    let mut store = Store::new();
    let data = json!({"email": "a@b.example", "score": 1, "labels": ["x", "y"]});
    store.import("email", data).unwrap();
    let command = rig.prepare(&["a@b.example", "5", "x", "5"]).unwrap();
    store.run(&[command]).remove(0).unwrap();
    let data = &store.get(1).data;
    assert_eq!(data["score"], json!(6));
    assert_eq!(data["labels"], json!(["y"]));
    assert_eq!(data["meta"], json!({"a": {"b": "5"}}));
}

#[test]
fn empty_cells_leave_or_clear() {
    let settings = |empty: &str| {
        json!({"empty": empty, "mapping": [
            {"column": "e", "to": {"field": "email"}},
            {"column": "n", "to": {"field": "score"}},
            {"column": "i", "to": {"field": "number", "action": "set"}},
            {"column": "t", "to": {"field": "labels", "action": "add"}},
            {"column": "s", "to": {"field": "_status"}}]})
    };
    let row = ["a@b.example", "", "", " ", ""];
    let names = ["e", "n", "i", "t", "s"];
    let skip = Rig::text(&names, settings("skip"));
    assert_eq!(skip.item(&row).unwrap(), json!({"email": "a@b.example"}));
    let clear = Rig::text(&names, settings("clear"));
    let cleared = json!({"email": "a@b.example", "score": null, "number": null});
    assert_eq!(clear.item(&row).unwrap(), cleared);
    // A row that is too short has nothing there, which is empty too.
    assert_eq!(clear.item(&row[..1]).unwrap(), cleared);
}

#[test]
fn columns_become_subscriptions() {
    let push = json!({"resource_id": 1, "channel": "push", "status": "subscribed"});
    let mail = json!({"resource_id": "1", "channel": "email", "cats": ["news"]});
    let settings = json!({"mapping": [
        {"column": "Mail", "to": [{"field": "email"}, {"subscription": mail}]},
        {"column": "State", "to": {"subscription": mail, "part": "status"}},
        {"column": "Since", "to": {"subscription": mail, "part": "date"}},
        {"column": "Note", "to": {"subscription": mail, "part": "custom_fields.note"}},
        {"column": "Service", "to": {"subscription": push, "part": "provider"}},
        {"column": "Token", "to": {"subscription": push, "part": "subscription_id"}},
        {"column": "Chat", "to": {"subscription":
            {"resource_id": 1, "channel": "telegram_bot"}}},
    ], "constants": {"_vendor": "fair", "subscriptions": [
        {"resource_id": 2, "channel": "email", "priority": 3}]},
       "date_formats": ["%d.%m.%Y"], "invalid": "refuse"});
    let names = ["Mail", "State", "Since", "Note", "Service", "Token", "Chat"];
    let rig = Rig::text(&names, settings);
    let row = [
        "a@b.example",
        "unsubscribed",
        "31.12.2020",
        "hi",
        "ios-apns",
        "abc",
        "77",
    ];
    let item = rig.item(&row).unwrap();
    assert_eq!(
        item,
        json!({"email": "a@b.example", "_vendor": "fair", "subscriptions": [
            {"resource_id": "1", "channel": "email", "cats": ["news"], "status": "unsubscribed",
                "date": "2020-12-31", "custom_fields": {"note": "hi"}, "email": "a@b.example"},
            {"resource_id": 1, "channel": "push", "status": "subscribed",
                "provider": "ios-apns", "subscription_id": "abc"},
            {"resource_id": 1, "channel": "telegram_bot", "cc_data": {"id": "77"}},
            {"resource_id": 2, "channel": "email", "priority": 3, "email": "a@b.example"}]})
    );
    created(Store::new().run(&[rig.prepare(&row).unwrap()]).remove(0));
    // Without a contact there is no subscription, nor without a status where one
    // should stand.
    let item = rig.item(&["a@b.example", "", "", "", "", "", ""]).unwrap();
    assert_eq!(item["subscriptions"].as_array().unwrap().len(), 1);
    let item = rig.item(&["", "", "", "", "ios-apns", "", ""]).unwrap();
    assert_eq!(item, json!({"_vendor": "fair"}));
    // Complaints find the column, wherever the subscription stands in the list.
    for (row, code, column) in [
        (
            ["a@b.example", "gone", "", "", "", "", ""],
            "invalid_status",
            "/State",
        ),
        (
            ["a@b.example", "subscribed", "soon", "", "", "", ""],
            "invalid_date",
            "/Since",
        ),
        (
            ["a@b.example", "subscribed", "", "", "", "abc", ""],
            "contact_missing",
            "/Service",
        ),
        (
            ["a@b.example", "subscribed", "", "", "a b", "abc", ""],
            "invalid_contact",
            "/Service",
        ),
        (
            ["a@b.example", "subscribed", "", "", "", "", "7 7"],
            "invalid_contact",
            "/Chat",
        ),
    ] {
        let wrong = wrongs(rig.prepare(&row));
        assert_eq!(wrong, [(code, column.to_owned())], "{row:?}");
    }
}

#[test]
fn a_contact_cell_may_hold_several() {
    let settings = json!({"separator": ";", "matching": "phone", "mapping": [
        {"column": "Phones", "to": [{"field": "phones"},
            {"subscription": {"resource_id": 1, "channel": "whatsapp"}}]}]});
    let rig = Rig::text(&["Phones"], settings);
    let item = rig.item(&["+442079460018; +442079460017"]).unwrap();
    assert_eq!(
        item["subscriptions"],
        json!([
            {"resource_id": 1, "channel": "whatsapp", "phone": "+442079460018"},
            {"resource_id": 1, "channel": "whatsapp", "phone": "+442079460017"}])
    );
    rig.prepare(&["+442079460018; +442079460017"]).unwrap();
}

#[test]
fn invalid_subscriptions_are_left_out_if_so_asked() {
    let sms = json!({"resource_id": 1, "channel": "sms", "custom_fields": {"note": "x"}});
    let settings = json!({"skip_invalid_subscriptions": true, "mapping": [
        {"column": "Mail", "to": {"field": "email"}},
        {"column": "Mobile", "to": {"subscription": sms}},
        {"column": "Since", "to": {"subscription": sms, "part": "date"}},
        {"column": "OK", "to": {"subscription": {"resource_id": 1, "channel": "email"},
            "part": "opt_in"}}]});
    let rig = Rig::text(&["Mail", "Mobile", "Since", "OK"], settings);
    for (row, code, column) in [
        (["a@b.example", "12", "", "yes"], "invalid_phone", "/Mobile"),
        (
            ["a@b.example", "+442079460018", "soon", "yes"],
            "invalid_date",
            "/Since",
        ),
        (["a@b.example", "", "", "maybe"], "opt_in_unknown", "/OK"),
        (["a@b.example", "", "", ""], "opt_in_missing", "/OK"),
    ] {
        let mut store = Store::new();
        let command = rig.prepare(&row).unwrap();
        let outcome = store.run(&[command]).remove(0).unwrap();
        let skipped: Vec<_> = outcome
            .skipped
            .iter()
            .map(|e| (e.code.as_str(), &*e.pointer))
            .collect();
        assert_eq!(skipped, [(code, column)], "{row:?}");
    }
}

#[test]
fn zone_and_region_of_the_settings_win() {
    let mapping = json!([
        {"column": "p", "to": {"field": "phones"}},
        {"column": "d", "to": {"field": "_regdate"}}]);
    let row = ["020 7946 0018", "31.12.2020 23:30"];
    let settings = json!({"mapping": mapping, "matching": "phone", "region": "GB",
        "time_zone": "Europe/Moscow", "date_formats": ["%d.%m.%Y %H:%M"]});
    let rig = Rig::text(&["p", "d"], settings);
    let mut store = Store::new();
    created(store.run(&[rig.prepare(&row).unwrap()]).remove(0));
    let data = &store.get(1).data;
    assert_eq!(data["phones"], json!(["+442079460018"]));
    assert_eq!(data["_regdate"], json!("2020-12-31T20:30:00.000Z"));
    let settings = json!({"mapping": mapping, "matching": "phone",
        "date_formats": ["%d.%m.%Y %H:%M"]});
    let rig = Rig::text(&["p", "d"], settings);
    assert_eq!(code(rig.prepare(&row)), "invalid_phone");
}

#[test]
fn what_goes_wrong_later_is_told_by_column_too() {
    let settings = json!({"mode": "add", "mapping": [
        {"column": "Mail/1", "to": {"field": "email"}}]});
    let rig = Rig::text(&["Mail/1"], settings);
    let mut store = Store::new();
    let row = ["a@b.example"];
    let command = || rig.prepare(&row).unwrap();
    created(store.run(&[command()]).remove(0));
    let error = store.run(&[command()]).remove(0).unwrap_err();
    assert_eq!((error.code.as_str(), &*error.pointer), ("exists", ""));
    // Another field may be taken by somebody else.
    let settings = json!({"mode": "update", "matching": "custom", "field_name": "tier",
        "mapping": [{"column": "T", "to": {"field": "tier"}},
            {"column": "Mail/1", "to": {"field": "email"}}]});
    let rig = Rig::text(&["T", "Mail/1"], settings);
    store
        .write(json!({"mode": "add", "data": {"tier": "x"}}))
        .unwrap();
    let row = ["x", "a@b.example"];
    let error = store.run(&[rig.prepare(&row).unwrap()]).remove(0);
    let error = error.unwrap_err();
    assert_eq!(
        (error.code.as_str(), &*error.pointer),
        ("duplicate", "/email")
    );
    let cell = |index: usize| row.get(index).copied();
    let error = rig.plan.in_columns(Row::Cells(&cell), error);
    assert_eq!(error.pointer, "/Mail~11");
}

#[test]
fn spreadsheets_know_numbers_and_have_no_apostrophes() {
    let settings = json!({"decimal": ",", "mode": "add", "mapping": [
        {"column": 1, "to": {"field": "rate"}},
        {"column": 2, "to": {"field": "_fname"}}]});
    let rig = Rig::sheet(&["r", "n"], settings);
    assert_eq!(
        rig.item(&["1234.5", "'=1"]).unwrap(),
        json!({"rate": 1234.5, "_fname": "'=1"})
    );
    assert_eq!(rig.item(&["1.234,5", ""]).unwrap(), json!({"rate": 1234.5}));
}

#[test]
fn records_are_mapped_by_member_or_taken_whole() {
    let settings = json!({"mapping": [
        {"column": "mail", "to": {"field": "email"}},
        {"column": "/address/city", "to": {"field": "_city"}},
        {"column": "/tels/0/nr", "to": {"field": "phones"}},
        {"column": "tags", "to": {"field": "labels"}},
        {"column": "n", "to": {"field": "score"}},
        {"column": "ok", "to": {"subscription": {"resource_id": 1, "channel": "email"},
            "part": "opt_in"}}]});
    let rig = Rig::records(settings);
    let record = json!({"mail": "a@b.example", "address": {"city": "Bonn"}, "tels":
        [{"nr": "+442079460018"}], "tags": ["a,b", "c"], "n": 5, "ok": false, "more": 1});
    assert_eq!(
        rig.record(record).unwrap(),
        json!({"email": "a@b.example", "_city": "Bonn", "phones": ["+442079460018"],
            "labels": ["a,b", "c"], "score": 5, "subscriptions": [
                {"resource_id": 1, "channel": "email", "email": "a@b.example",
                    "status": "unsubscribed"}]})
    );
    let rig = Rig::records(
        json!({"invalid": "refuse", "constants": {"_vendor": "fair", "subscriptions": [
        {"resource_id": 2, "channel": "email"}]}}),
    );
    let own = json!({"resource_id": 1, "channel": "email", "email": "a@b.example"});
    let record = json!({"email": "a@b.example", "_vendor": "x", "subscriptions": [own]});
    assert_eq!(
        rig.record(record.clone()).unwrap(),
        json!({"email": "a@b.example", "_vendor": "fair", "subscriptions": [own,
            {"resource_id": 2, "channel": "email", "email": "a@b.example"}]})
    );
    let store = Store::new();
    let mut wrong = record;
    wrong["subscriptions"][0]["channel"] = json!("sms");
    let row = Row::Record(wrong.as_object().unwrap());
    let errors = wrongs(rig.plan.prepare(row, &store.schema()));
    assert!(
        errors
            .iter()
            .all(|(_, pointer)| pointer.starts_with("/subscriptions/0")),
        "{errors:?}"
    );
}

/// Statuses of what a row with two addresses is subscribed by.
fn pairs(cells: &[&str], more: Value) -> (Vec<String>, Vec<(&'static str, String)>) {
    let sub = json!({"resource_id": 1, "channel": "email"});
    let mut settings = json!({"mode": "add", "separator": ";", "mapping": [
        {"column": "Mail", "to": {"field": "email"}},
        {"column": "To", "to": {"subscription": sub}},
        {"column": "How", "to": {"subscription": sub, "part": "status"}},
        {"column": "Who", "to": {"subscription": sub, "part": "left_by"}},
        {"column": "Held", "to": {"subscription": sub, "part": "withheld"}},
    ]});
    let members = settings.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    let mut rig = Rig::text(&["Mail", "To", "How", "Who", "Held"], settings);
    let command = rig.prepare(cells).unwrap();
    let outcome = rig.store.run(&[command]).remove(0).unwrap();
    let told = outcome.skipped.iter();
    let told = told
        .map(|one| (one.code.as_str(), one.pointer.clone()))
        .collect();
    let all = rig.store.profiles[&outcome.id].subscriptions.iter();
    let all = all.map(|one| {
        format!("{} {}", one.contact.key(), one.standing().by.as_str()) + " " + one.status.as_str()
    });
    (all.collect(), told)
}

#[test]
fn statuses_of_several_contacts_are_theirs_one_by_one() {
    let two = "a@x.org;b@x.org";
    for (how, who, held, all, told) in [
        (
            "subscribed;unsubscribed",
            "\"\";person",
            "",
            vec!["a@x.org import subscribed", "b@x.org person unsubscribed"],
            vec![],
        ),
        (
            "[\"unsubscribed\",\"subscribed\"]",
            "",
            "",
            vec!["a@x.org import unsubscribed", "b@x.org import subscribed"],
            vec![],
        ),
        // One word for all of them is said of all of them.
        (
            "unsubscribed",
            "",
            "",
            vec!["a@x.org import unsubscribed", "b@x.org import unsubscribed"],
            vec![],
        ),
        (
            "subscribed;\"\"",
            "",
            "",
            vec!["a@x.org import subscribed"],
            vec![("opt_in_missing", "/How")],
        ),
        (
            "subscribed;perhaps",
            "",
            "",
            vec!["a@x.org import subscribed"],
            vec![("invalid_status", "/How")],
        ),
        (
            "subscribed;unsubscribed;subscribed",
            "",
            "",
            vec![],
            vec![("count_mismatch", "/How")],
        ),
        (
            "subscribed;;",
            "\"\";person;person",
            "",
            vec![],
            vec![("count_mismatch", "/Who")],
        ),
        (
            "subscribed;subscribed",
            "",
            "suppressed;\"\"",
            vec!["a@x.org import unsubscribed", "b@x.org import subscribed"],
            vec![("withheld", "/subscriptions/0/withheld")],
        ),
        (
            "subscribed;subscribed",
            "",
            "perhaps;\"\"",
            vec!["b@x.org import subscribed"],
            vec![("not_an_option", "/Held")],
        ),
        (
            "subscribed",
            "",
            "a;b;c",
            vec![],
            vec![("count_mismatch", "/Held")],
        ),
    ] {
        let (found, skipped) = pairs(&["ann@x.org", two, how, who, held], json!({}));
        let skipped: Vec<(&str, &str)> = skipped
            .iter()
            .map(|(code, at)| (*code, at.as_str()))
            .collect();
        assert_eq!(
            (found, skipped),
            (all.into_iter().map(str::to_owned).collect(), told),
            "{how} {who} {held}"
        );
    }
    // One contact with several words is nobody who agreed.
    let (found, skipped) = pairs(
        &["ann@x.org", "a@x.org", "subscribed;unsubscribed", "", ""],
        json!({}),
    );
    assert_eq!(found, Vec::<String>::new());
    assert_eq!(skipped, [("invalid_status", "/How".to_owned())]);
}

#[test]
fn whole_subscriptions_may_stand_in_a_cell() {
    let settings = json!({"mode": "add", "mapping": [
        {"column": "Mail", "to": {"field": "email"}},
        {"column": "All", "to": {"field": "subscriptions"}},
    ]});
    let mut rig = Rig::text(&["Mail", "All"], settings);
    let cell = r#"[{"resource_id":"1","channel":"email","email":"a@x.org","status":"unsubscribed","left_by":"person","left_at":"2020-01-02T03:04:05Z"},
        {"resource_id":"9","channel":"email","email":"b@x.org","status":"subscribed"}]"#;
    let command = rig.prepare(&["ann@x.org", cell]).unwrap();
    let outcome = rig.store.run(&[command]).remove(0).unwrap();
    let told: Vec<_> = outcome
        .skipped
        .iter()
        .map(|one| (one.code.as_str(), &*one.pointer))
        .collect();
    assert_eq!(told, [("unknown_resource", "/All")]);
    let [one] = &rig.store.profiles[&outcome.id].subscriptions[..] else {
        panic!("one")
    };
    assert_eq!(one.standing().by.as_left_by(), Some("person"));
    assert_eq!(
        one.status_at.unwrap().to_string(),
        "2020-01-02T03:04:05.000Z"
    );
    for (mail, cell) in [
        ("c@x.org", "[{"),
        ("d@x.org", "{}"),
        ("e@x.org", "subscribed"),
    ] {
        let command = rig.prepare(&[mail, cell]).unwrap();
        let outcome = rig.store.run(&[command]).remove(0).unwrap();
        let told: Vec<_> = outcome
            .skipped
            .iter()
            .map(|one| (one.code.as_str(), &*one.pointer))
            .collect();
        assert_eq!(told.len(), 1, "{cell} {told:?}");
        assert_eq!(told[0].1, "/All", "{cell}");
        assert_eq!(
            rig.store.profiles[&outcome.id].subscriptions.len(),
            0,
            "{cell}"
        );
    }
}
