//! Contacts beside the data: those that say who is meant, and those that don't.

use crate::script::{ID, Script};
use serde_json::{Value, json};

const BATCH: &str = "POST /v1/databases/7/profiles/batch";
const WRITE: &str = "POST /v1/databases/7/profiles";

/// What `/v1` is asked for a call.
fn asks(method: &str, mut call: Value, ours: Value) {
    let one = json!({"outcome": "created", "id": ID});
    let (path, answer) = match method.ends_with("_batch") {
        true => (BATCH, json!({"results": [one]})),
        false => (WRITE, one),
    };
    call["db_id"] = 7.into();
    let script = Script::new().then(path, ours, 200, answer);
    assert_eq!(script.call(method, call)["error"], 0);
}

#[test]
fn a_contact_beside_the_data_is_not_lost() {
    let more = || json!({"action": "add", "value": ["+5511987654321"]});
    asks(
        "profiles/import",
        json!({"email": "a@x.org", "phone": "+5511987654321", "data": {}}),
        json!({"mode": "import", "matching": "email", "email": "a@x.org", "data": {"phones": more()}}),
    );
    asks(
        "profiles/import",
        json!({"matching": "phone", "email": "a@x.org", "phone": "+5511987654321"}),
        json!({"mode": "import", "matching": "phone", "phone": "+5511987654321", "data": {"email": "a@x.org"}}),
    );
    // What the data says itself counts, and who is updated alone is only named.
    asks(
        "profiles/import",
        json!({"email": "a@x.org", "phone": "+5511987654321", "data": {"phones": ["+5511987654322"]}}),
        json!({"mode": "import", "matching": "email", "email": "a@x.org", "data": {"phones": ["+5511987654322"]}}),
    );
    asks(
        "profiles/import",
        json!({"matching": "phone", "email": "1@localhost", "phone": "+5511987654321", "data": {}}),
        json!({"mode": "import", "matching": "phone", "phone": "+5511987654321", "data": {}}),
    );
    asks(
        "profiles/update",
        json!({"email": "a@x.org", "phone": "+5511987654321", "data": {"_fname": "A"}}),
        json!({"mode": "update", "matching": "email", "email": "a@x.org", "data": {"_fname": "A"}}),
    );
}

#[test]
fn a_phone_in_the_data_is_one_of_its_phones() {
    let given = || json!([{"email": "a@x.org", "phone": "+5511987654321"}]);
    let (whole, more) = (
        json!(["+5511987654321"]),
        json!({"action": "add", "value": ["+5511987654321"]}),
    );
    asks(
        "profiles/add_batch",
        json!({"data": given()}),
        json!({"mode": "add", "data": [{"email": "a@x.org", "phones": whole}]}),
    );
    for mode in ["import", "update"] {
        asks(
            &format!("profiles/{mode}_batch"),
            json!({"data": given()}),
            json!({"mode": mode, "matching": "email", "data": [{"email": "a@x.org", "phones": more}]}),
        );
        asks(
            &format!("profiles/{mode}"),
            json!({"data": given()[0]}),
            json!({"mode": mode, "matching": "email", "data": {"email": "a@x.org", "phones": more}}),
        );
    }
    asks(
        "profiles/import",
        json!({"matching": "phone", "data": {"phone": "+5511987654321"}}),
        json!({"mode": "import", "matching": "phone", "data": {"phones": whole}}),
    );
    asks(
        "profiles/add_batch",
        json!({"data": [{"phones": ["+5511987654322"], "phone": "+5511987654321"}]}),
        json!({"mode": "add", "data": [{"phones": ["+5511987654322", "+5511987654321"]}]}),
    );
}
