//! Whom a message went to, as events tell.

use roster_model::write::Command;
use roster_store::history::of_message;
use roster_store::write::ItemResult;
use serde_json::{Value, json};

use super::world::*;
use crate::engine::Connection;

fn tell(sql: &Connection, database: i64, events: &[Value]) -> Vec<ItemResult> {
    let definitions = definitions(sql, database);
    let schema = schema(&definitions);
    let items = events
        .iter()
        .map(|event| Command::event(event, tick(), &schema));
    write(sql, &job(&definitions, items.collect()))
}

/// Database, address of the profile, whether it is the only one, resource and channel.
type Recipient = (i64, String, bool, Option<i64>, Option<String>);

fn found(sql: &Connection, message: &str, databases: Option<&[i64]>) -> Vec<Recipient> {
    let ids = databases.map(|all| all.iter().map(|id| database_id(*id)).collect::<Vec<_>>());
    let all = block_on(of_message(sql, message, ids.as_deref())).unwrap();
    let email = |id| {
        let everybody = everybody(sql);
        let one = everybody.iter().find(|one| one.id == id).unwrap();
        one.data["email"].as_str().unwrap().to_owned()
    };
    let each = all.into_iter().map(|one| {
        let resource = one.resource.map(|id| id.get());
        (
            one.database.get(),
            email(one.profile),
            one.alone,
            resource,
            one.channel,
        )
    });
    each.collect()
}

#[test]
fn a_message_leads_to_whom_it_went() {
    let world = World::new();
    let sql = world.connect();
    for database in [PEOPLE, OTHERS] {
        let people = [
            json!({"email": "a@example.org"}),
            json!({"email": "b@example.org"}),
        ];
        fill(&sql, database, &people);
    }
    let event = |kind: &str, email: &str, message: &str| json!({"type": kind, "email": email, "message_id": message});
    let done = tell(
        &sql,
        PEOPLE,
        &[
            event("delivered", "b@example.org", "one"),
            event("opened", "b@example.org", "one"),
            event("opened", "a@example.org", "many"),
            event("opened", "b@example.org", "many"),
            json!({"type": "opened", "email": "a@example.org"}),
        ],
    );
    assert!(done.iter().all(Result::is_ok), "{done:?}");
    tell(&sql, OTHERS, &[event("opened", "a@example.org", "both")]);
    tell(&sql, PEOPLE, &[event("opened", "a@example.org", "both")]);
    let email = || Some("email".to_owned());
    let b = || "b@example.org".to_owned();
    let a = || "a@example.org".to_owned();
    assert_eq!(
        found(&sql, "one", None),
        [(PEOPLE, b(), true, None, email())]
    );
    assert_eq!(
        found(&sql, "many", None),
        [(PEOPLE, a(), false, None, email())]
    );
    assert_eq!(found(&sql, "both", None).len(), 2);
    let of_others = [(OTHERS, a(), true, None, email())];
    assert_eq!(found(&sql, "both", Some(&[OTHERS])), of_others);
    for (message, databases) in [
        ("one", Some(&[OTHERS][..])),
        ("none", None),
        ("", None),
        ("one", Some(&[])),
    ] {
        assert_eq!(found(&sql, message, databases), [], "{message}");
    }
}
