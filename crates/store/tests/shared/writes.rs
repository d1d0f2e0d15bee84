//! What a write answers, and what stands in the file afterwards.

use roster_model::ProfileId;
use roster_model::write::{
    prepare_delete, prepare_patch, prepare_subscription_delete, prepare_subscription_restore,
    prepare_subscription_set, prepare_write,
};
use serde_json::{Value, json};

use super::check::check;
use super::world::*;

fn mail(resource: i64, email: &str) -> Value {
    json!({"resource_id": resource, "channel": "email", "email": email})
}

#[test]
fn one_item_is_created_then_updated_then_unchanged() {
    let world = World::new();
    let sql = world.connect();
    let known = definitions(&sql, PEOPLE);
    let data = json!({"email": "Ann@Example.org", "_fname": "Ann", "phones": ["030 901820"],
        "subscriptions": [mail(1, "ann@example.org")]});
    assert_eq!(
        kinds(&write(&sql, &import(&known, std::slice::from_ref(&data)))),
        ["created"]
    );
    check(&sql);
    let ann = who(&sql, "Ann@Example.org");
    assert_eq!(ann.data["phones"], json!(["+4930901820"]));

    let more = json!({"email": "ann@example.org", "_lname": "Lee"});
    let results = write(&sql, &import(&known, &[more]));
    assert_eq!(kinds(&results), ["updated"]);
    assert_eq!(results[0].as_ref().unwrap().revision, 2);
    check(&sql);

    let before = dump(&sql);
    let results = write(
        &sql,
        &import(
            &known,
            &[json!({"email": "ann@example.org", "_lname": "Lee"})],
        ),
    );
    assert_eq!(kinds(&results), ["unchanged"]);
    assert_eq!(dump(&sql), before);
}

#[test]
fn a_batch_answers_in_order_and_keeps_the_good_items() {
    let world = World::new();
    let sql = world.connect();
    let known = definitions(&sql, PEOPLE);
    fill(
        &sql,
        PEOPLE,
        &[json!({"email": "old@example.org", "code": "taken"})],
    );
    let results = write(
        &sql,
        &import(
            &known,
            &[
                json!({"email": "new@example.org", "points": 1}),
                json!({"email": "no address"}),
                json!({"email": "old@example.org", "points": 2}),
                json!({"email": "third@example.org", "code": "taken"}),
                json!({"email": "new@example.org", "points": 3}),
                json!({"email": "old@example.org", "points": 2}),
            ],
        ),
    );
    assert_eq!(
        kinds(&results),
        [
            "created",
            "invalid_email",
            "updated",
            "duplicate",
            "updated",
            "unchanged"
        ]
    );
    let duplicate = results[3].as_ref().unwrap_err();
    assert_eq!(duplicate.field.as_deref(), Some("code"));
    assert_eq!(*duplicate.candidates, [who(&sql, "old@example.org").id]);
    assert_eq!(who(&sql, "new@example.org").data["points"], 3);
    assert_eq!(who(&sql, "new@example.org").revision, 2);
    assert_eq!(everybody(&sql).len(), 2);
    check(&sql);
}

#[test]
fn an_atomic_job_is_written_whole_or_not_at_all() {
    let world = World::new();
    let sql = world.connect();
    let known = definitions(&sql, PEOPLE);
    fill(&sql, PEOPLE, &[json!({"email": "old@example.org"})]);
    let before = dump(&sql);
    let mut job = import(
        &known,
        &[
            json!({"email": "new@example.org"}),
            json!({"email": "old@example.org", "points": "many"}),
            json!({"email": "old@example.org", "points": 1}),
        ],
    );
    job.atomic = true;
    let results = write(&sql, &job);
    assert_eq!(kinds(&results)[0], "not_written");
    assert_eq!(kinds(&results)[2], "not_written");
    assert_ne!(kinds(&results)[1], "not_written");
    assert_eq!(dump(&sql), before);
    drop(job.items.remove(1));
    assert_eq!(kinds(&write(&sql, &job)), ["created", "updated"]);
    check(&sql);
}

#[test]
fn a_refused_job_does_not_disturb_the_others_of_its_group() {
    let world = World::new();
    let sql = world.connect();
    let known = definitions(&sql, PEOPLE);
    let first = import(&known, &[json!({"email": "a@example.org", "points": 1})]);
    let mut refused = import(
        &known,
        &[
            json!({"email": "a@example.org", "points": 9}),
            json!({"email": "?"}),
        ],
    );
    refused.atomic = true;
    let others = definitions(&sql, OTHERS);
    let elsewhere = import(&others, &[json!({"email": "a@example.org"})]);
    let incr = json!({"email": "a@example.org", "points": {"action": "incr", "value": 1}});
    let last = import(&known, &[incr]);
    let done = block_on(roster_store::write::run(
        &sql,
        &[&first, &refused, &elsewhere, &last],
    ));
    let kinds: Vec<_> = done.into_iter().map(|done| kinds(&results(done))).collect();
    assert_eq!(kinds[0], ["created"]);
    assert_eq!(kinds[1][0], "not_written");
    assert_eq!(kinds[2], ["created"]);
    assert_eq!(kinds[3], ["updated"]);
    let all = everybody(&sql);
    assert_eq!(all.len(), 2);
    assert!(
        all.iter()
            .any(|one| one.data.get("points") == Some(&json!(2)))
    );
    check(&sql);
}

#[test]
fn a_unique_value_may_move_within_one_group() {
    let world = World::new();
    let sql = world.connect();
    let known = definitions(&sql, PEOPLE);
    fill(
        &sql,
        PEOPLE,
        &[
            json!({"email": "a@example.org", "code": "A", "number": 1}),
            json!({"email": "b@example.org", "code": "B", "number": 2}),
        ],
    );
    let results = write(
        &sql,
        &import(
            &known,
            &[
                json!({"email": "a@example.org", "code": null, "number": null}),
                json!({"email": "b@example.org", "code": "A", "number": 1}),
                json!({"email": "a@example.org", "code": "B", "number": 2}),
            ],
        ),
    );
    assert_eq!(kinds(&results), ["updated"; 3]);
    assert_eq!(who(&sql, "a@example.org").data["code"], "B");
    check(&sql);
}

#[test]
fn subscriptions_keep_the_order_in_which_they_were_made() {
    let world = World::new();
    let sql = world.connect();
    let known = definitions(&sql, PEOPLE);
    let mut wanted = vec![
        mail(2, "z@example.org"),
        mail(1, "b@example.org"),
        mail(1, "a@example.org"),
    ];
    let data = json!({"email": "a@example.org", "subscriptions": wanted});
    write(&sql, &import(&known, &[data]));
    // Those that are there already keep their places, whatever comes with them.
    wanted.insert(0, mail(1, "0@example.org"));
    wanted[2]["status"] = json!("unsubscribed");
    let more = json!({"email": "a@example.org", "subscriptions": wanted});
    write(&sql, &import(&known, &[more]));
    check(&sql);
    let addresses: Vec<String> = who(&sql, "a@example.org")
        .subscriptions
        .iter()
        .map(|one| one.contact.key().into_owned())
        .collect();
    assert_eq!(
        addresses,
        ["z", "b", "a", "0"].map(|name| format!("{name}@example.org"))
    );
}

#[test]
fn every_kind_of_change_keeps_everything_in_step() {
    let world = World::new();
    let sql = world.connect();
    somebody_left(&sql);
    let known = definitions(&sql, PEOPLE);
    let schema = schema(&known);
    fill(
        &sql,
        PEOPLE,
        &[
            json!({"email": "a@example.org", "labels": ["x", "y"], "subscriptions": [
                mail(1, "a@example.org"),
                {"resource_id": 1, "channel": "sms", "phone": "+4930901820", "cats": ["news"]},
                {"resource_id": 1, "channel": "push", "provider": "fcm", "subscription_id": "t:1"},
                {"resource_id": 1, "channel": "telegram_bot", "cc_data": {"id": "77"}},
            ]}),
        ],
    );
    check(&sql);
    let id = who(&sql, "a@example.org").id;
    let sms = json!({"resource_id": 1, "channel": "sms", "phone": "+4930901820"});
    let mut paused = sms.clone();
    paused["status"] = json!("unsubscribed");
    let steps = [
        prepare_patch(
            id,
            &json!({"data": {"email": "b@example.org", "labels": ["y"]}}),
            None,
            &schema,
        ),
        prepare_patch(
            id,
            &json!({"status": "suspended", "data": {"tier": "Gold"}}),
            Some(2),
            &schema,
        ),
        prepare_subscription_set(id, &paused, None, &schema),
        prepare_subscription_delete(id, &sms, None, &schema),
        prepare_subscription_restore(id, &sms, Some(5), &schema),
        prepare_subscription_set(id, &mail(2, "c@example.org"), None, &schema),
        prepare_write(
            object(
                &json!({"mode": "update", "matching": "profile_id", "profile_id": id.to_string()}),
            ),
            &json!({"points": {"action": "incr", "value": 5}, "labels": {"action": "add", "value": "z"}}),
            &schema,
        ),
        prepare_patch(
            id,
            &json!({"data": {"email": null, "tier": null, "labels": null}}),
            None,
            &schema,
        ),
    ];
    for (revision, step) in (2..).zip(steps) {
        let results = write(&sql, &job(&known, vec![step]));
        assert_eq!(kinds(&results), ["updated"], "{results:?}");
        assert_eq!(results[0].as_ref().unwrap().revision, revision);
        check(&sql);
    }
    let results = write(
        &sql,
        &job(&known, vec![Ok(prepare_delete(id, Some(2), &schema))]),
    );
    assert_eq!(kinds(&results), ["revision_mismatch"]);
    check(&sql);
    let results = write(
        &sql,
        &job(&known, vec![Ok(prepare_delete(id, None, &schema))]),
    );
    assert_eq!(kinds(&results), ["deleted"]);
    assert!(everybody(&sql).is_empty());
    check(&sql);
}

#[test]
fn who_comes_and_goes_within_one_group_leaves_only_history() {
    let world = World::new();
    let sql = world.connect();
    let known = definitions(&sql, PEOPLE);
    fill(
        &sql,
        PEOPLE,
        &[json!({"email": "a@example.org", "code": "A"})],
    );
    let id = who(&sql, "a@example.org").id;
    let gone = job(&known, vec![Ok(prepare_delete(id, None, &schema(&known)))]);
    let again = import(&known, &[json!({"email": "a@example.org", "code": "A"})]);
    let done = block_on(roster_store::write::run(&sql, &[&gone, &again]));
    let kinds: Vec<_> = done.into_iter().map(|done| kinds(&results(done))).collect();
    assert_eq!(kinds, [["deleted"], ["created"]]);
    assert_ne!(who(&sql, "a@example.org").id, id);
    check(&sql);
}

#[test]
fn an_id_of_another_database_is_not_found() {
    let world = World::new();
    let sql = world.connect();
    fill(&sql, OTHERS, &[json!({"email": "a@example.org"})]);
    let id = who(&sql, "a@example.org").id;
    let known = definitions(&sql, PEOPLE);
    let schema = schema(&known);
    let before = dump(&sql);
    let items = vec![
        prepare_patch(id, &json!({"data": {"points": 1}}), None, &schema),
        Ok(prepare_delete(id, None, &schema)),
        Ok(prepare_delete(
            ProfileId::from_pk(5).unwrap(),
            None,
            &schema,
        )),
    ];
    let results = write(&sql, &job(&known, items));
    assert_eq!(kinds(&results), ["not_found"; 3]);
    assert_eq!(dump(&sql), before);
}
