//! Numbers where texts are meant: nothing that is kept differs from what was written.

use crate::script::{ID, Script, done, profile};
use serde_json::{Value, json};

const WRITE: &str = "POST /v1/databases/7/profiles";
const MATCH: &str = "POST /v1/databases/7/profiles/match";

/// What `/v1` is asked for the data of an import.
fn written(script: Script, given: &str, ours: Value) {
    let body = json!({"mode": "import", "matching": "email", "data": ours});
    let script = script.then(WRITE, body, 200, json!({"outcome": "updated", "id": ID}));
    let call = format!(r#"{{"db_id": 7, "data": {given}}}"#);
    script.raw("profiles/import", "", &call);
}

/// `/v1` says what is wrong with a number that is not whole: its text can't be known any more.
#[test]
fn whole_numbers_are_their_digits_and_others_are_for_v1_to_refuse() {
    written(
        Script::new(),
        r#"{"_fname": 12, "_lname": -7, "custom_id": 18446744073709551615, "labels": [1, 2]}"#,
        json!({"_fname": "12", "_lname": "-7", "custom_id": "18446744073709551615", "labels": ["1", "2"]}),
    );
    for number in ["1.10", "1e5", "100000000000000000000000", "1e22", "5.0"] {
        let value: Value = serde_json::from_str(number).expect("a number");
        written(
            Script::new(),
            &format!(r#"{{"_fname": {number}, "labels": [{number}]}}"#),
            json!({"_fname": value, "labels": [value]}),
        );
    }
    let call = json!({"name": 1.5});
    assert_eq!(Script::new().call("suppresses/add", call)["error"], 400);
}

#[test]
fn a_whole_number_with_a_point_is_one() {
    let given = r#"{"_status": 1.0, "custom_enum": 2.0, "_bdate": 1009836000000.0}"#;
    let ours = json!({"_status": 1, "custom_enum": 2, "_bdate": 1_009_836_000_000_i64});
    written(Script::new(), given, ours);
    let given = r#"{"subscriptions": [{"resource_id": 5.0, "channel": "email", "email": "a@x.org",
        "status": 1.0, "priority": 2.0}]}"#;
    let ours = json!({"subscriptions": [{"resource_id": "5", "channel": "email", "email": "a@x.org",
        "status": 1, "priority": 2}]});
    written(Script::new(), given, ours);
}

/// The same as its text would be: in a region's own writing, where the database has a region.
#[test]
fn a_phone_as_a_number_is_read_in_the_region() {
    let given = |phone: &str| {
        format!(
            r#"{{"phones": [{phone}], "subscriptions": [
            {{"resource_id": 5, "channel": "sms", "sms_data": {{"phone": {phone}}}}},
            {{"resource_id": 5, "channel": "whatsapp", "whatsapp_data": {{"phone": {phone}}}}}]}}"#
        )
    };
    let ours = |phone: &str| {
        json!({"phones": [phone], "subscriptions": [
            {"resource_id": "5", "channel": "sms", "phone": phone},
            {"resource_id": "5", "channel": "whatsapp", "cc_data": {"phone": phone}}]})
    };
    for (number, abroad) in [("51987654321", "+51987654321"), ("1198765", "1198765")] {
        written(Script::new(), &given(number), ours(abroad));
        written(Script::with_region(), &given(number), ours(number));
    }
}

#[test]
fn who_is_meant_by_a_number_is_meant_in_the_region() {
    for (script, phone) in [
        (Script::new(), "+51987654321"),
        (Script::with_region(), "51987654321"),
    ] {
        let body = json!({"matching": "phone", "phone": phone});
        let script = script.then(MATCH, body, 200, profile());
        let call = json!({"db_id": 7, "phone": 51_987_654_321_i64});
        assert_eq!(script.call("profiles/get", call)["error"], 0);
    }
    for (script, phone) in [
        (Script::new(), "+51987654321"),
        (Script::with_region(), "51987654321"),
    ] {
        let body = json!({"mode": "import", "matching": "phone", "phone": phone, "data": {}});
        let script = script.then(WRITE, body, 200, json!({"outcome": "updated", "id": ID}));
        let call = json!({"db_id": 7, "phone": 51_987_654_321_i64, "data": {}});
        assert_eq!(script.call("profiles/import", call)["error"], 0);
    }
    let put = format!("PUT {WRITE}/{ID}/subscriptions").replace("POST ", "");
    let body = json!({"resource_id": "5", "channel": "sms", "phone": "51987654321"});
    let kept = json!({"id": "1", "skipped": []});
    let script = Script::with_region().then(&put, body, 200, kept);
    let call = json!({"db_id": 7, "profile_id": ID, "resource_id": 5, "channel": "sms", "phone": 51_987_654_321_i64});
    assert_eq!(script.call("subscriptions/set", call), done());
}
