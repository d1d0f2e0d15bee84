//! Records as Altcraft exports them, by the mapping of docs/MOVING.md: nobody gets messages
//! here who got none there.

use crate::kit::Rig;
use roster_model::Status;
use roster_model::import::Row;
use serde_json::{Value, json};

/// The statuses of a profile and of its subscription after a record of theirs came in.
fn moved(global: u8, status: u8, deleted: bool) -> (Status, Option<Status>) {
    let mapping = json!([
        {"column": "id", "to": {"field": "tier"}},
        {"column": "email", "to": {"field": "email"}},
        {"column": "_status", "to": {"field": "_status"}},
        {"column": "subscriptions", "to": {"field": "subscriptions"}}]);
    let settings = json!({"matching": "custom", "field_name": "tier", "mapping": mapping});
    let mut rig = Rig::records(settings);
    let record = json!({
        "id": "54759eb3c090d83494e2d801", "db_id": 3, "_md5": "3e3417d7ef77d5932a6734b916515ed5",
        "email": "a@x.org", "_status": global, "_open_exist": true,
        "subscriptions": [{
            "resource_id": 1, "channel": "email", "priority": 0, "status": status,
            "email_data": {"email": "a@x.org", "domain": "x.org", "domain_group": "other", "md5": ""},
            "reg_info": {"date": "2020-01-02T03:04:05.000Z", "ip": "192.0.2.7"},
            "hash_id": "1a2b3c4d", "is_delete": deleted, "custom_fields": {}, "cats": []}]});
    let schema = rig.store.schema();
    let command = rig
        .plan
        .prepare(Row::Record(record.as_object().unwrap()), &schema)
        .unwrap();
    let outcome = rig.store.run(&[command]).remove(0).unwrap();
    let left_out: Vec<&str> = outcome
        .skipped
        .iter()
        .map(|one| one.code.as_str())
        .collect();
    let profile = rig.store.get(1);
    let one = profile.subscriptions.first();
    // A row is told of only if something of it was left out.
    assert_eq!(
        left_out,
        if one.is_some() {
            vec![]
        } else {
            vec!["read_only"]
        }
    );
    if let Some(one) = one {
        assert!(!one.deleted);
        assert_eq!(one.ip.as_deref(), Some("192.0.2.7"));
    }
    (profile.status, one.map(|one| one.status))
}

#[test]
fn nobody_is_nearer_to_messages_than_before() {
    let named = |number: u8| Status::from_json(&Value::from(number)).unwrap();
    for global in 0..7 {
        for status in 0..7 {
            let (there, of_all) = (named(status), named(global));
            assert_eq!(moved(global, status, false), (of_all, Some(there)));
            let left = Some(there).filter(|status| status.is_end());
            assert_eq!(moved(global, status, true), (of_all, left));
        }
    }
}
