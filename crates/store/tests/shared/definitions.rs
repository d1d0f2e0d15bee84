//! Databases, resources, tokens and idempotency.

use roster_model::define::Settings;
use roster_model::{
    Channel, Context, DatabaseId, DatabaseSettings, Field, ResourceSettings, Status, Timestamp,
    Zone, standard_fields,
};
use roster_store::catalogue::{self, Author, Catalogue};
use roster_store::idempotency::{self, Answer, KEPT_MS, KeyLookup, KeyedRequest};
use roster_store::tokens::{self, NewToken};
use roster_store::{Cell, Sql, databases, migrate, resources};
use serde_json::{Value, json};

use super::world::{block_on as now, in_memory};
use crate::engine::Connection;

const AT: i64 = 1_795_448_400_000;

fn author() -> Author<'static> {
    Author {
        actor: "tester",
        interface: "api",
        at: Timestamp::from_ms(AT),
    }
}

fn store() -> Connection {
    let sql = in_memory();
    now(migrate::migrate(&sql, migrate::VERSION)).unwrap();
    sql
}

fn settings(name: &str) -> DatabaseSettings {
    let json = json!({ "name": name, "region": "de", "time_zone": "Europe/Berlin", "tags": ["a"] });
    DatabaseSettings::create(&json).unwrap()
}

fn database(sql: &Connection, name: &str) -> databases::DatabaseRow {
    let author = author();
    let made = databases::create(sql, settings(name), standard_fields(), &author);
    now(made).unwrap().unwrap()
}

fn newsletter(databases: &[DatabaseId]) -> ResourceSettings {
    let zone = Zone::utc();
    let context = Context {
        zone: &zone,
        region: None,
    };
    let json = json!({
        "name": "News", "databases": databases, "channels": ["email", "sms"],
        "categories": ["offers"], "fields": [{"channel": "sms", "name": "carrier", "type": "string"}],
    });
    ResourceSettings::create(&json, &context).unwrap()
}

fn number(sql: &Connection, statement: &str) -> i64 {
    now(sql.query(statement, vec![])).unwrap()[0]
        .integer(0)
        .unwrap()
}

/// The newest entry of a database's own history, or of all where it is 0.
fn newest(sql: &Connection, database: i64) -> (String, String, Value) {
    let mut rows = now(sql.query(
        "SELECT kind, actor || ' ' || interface || ' ' || at, changes FROM history
         WHERE database_id = ?1 AND profile = 0 ORDER BY id DESC LIMIT 1",
        vec![Cell::Integer(database)],
    ))
    .unwrap();
    let row = &mut rows[0];
    let changes = serde_json::from_str(&row.text(2).unwrap()).unwrap();
    (row.text(0).unwrap(), row.text(1).unwrap(), changes)
}

#[test]
fn a_database_is_read_as_it_was_made() {
    let sql = store();
    let made = database(&sql, "People");
    assert_eq!(made.revision, 1);
    let id = made.database.id;
    assert_eq!(now(databases::get(&sql, id)).unwrap().as_ref(), Some(&made));
    assert_eq!(
        now(databases::page(&sql, 0, 9, None)).unwrap(),
        std::slice::from_ref(&made)
    );
    assert_eq!(now(databases::page(&sql, id.get(), 9, None)).unwrap(), []);
    assert_eq!(now(databases::page(&sql, 0, 9, Some(&[]))).unwrap(), []);
    let loaded = now(catalogue::load(&sql, id)).unwrap().unwrap();
    assert_eq!((loaded.database, loaded.revision), (made.database, 1));
    let other = DatabaseId::new(99).unwrap();
    assert_eq!(now(databases::get(&sql, other)).unwrap(), None);
    assert!(now(catalogue::load(&sql, other)).unwrap().is_none());
    assert_eq!(now(databases::existing(&sql, &[id, other])).unwrap(), [id]);
    let (kind, who, changes) = newest(&sql, id.get());
    assert_eq!(
        (kind.as_str(), who),
        ("database.created", format!("tester api {AT}"))
    );
    assert!(
        changes
            .as_array()
            .unwrap()
            .contains(&json!({"field": "name", "before": null, "after": "People"}))
    );
}

#[test]
fn a_taken_name_makes_nothing() {
    let sql = store();
    let first = database(&sql, "People");
    let version = number(&sql, "SELECT version FROM catalogue");
    let author = author();
    let again = databases::create(&sql, settings("People"), standard_fields(), &author);
    assert_eq!(now(again).unwrap(), None);
    assert_eq!(number(&sql, "SELECT version FROM catalogue"), version);
    assert_eq!(
        now(databases::named(&sql, "People")).unwrap(),
        Some(first.database.id)
    );
    assert_eq!(now(databases::named(&sql, "people")).unwrap(), None);
}

#[test]
fn every_change_of_a_definition_is_a_new_version() {
    let sql = store();
    let made = database(&sql, "People").database;
    let remembered = Catalogue::new();
    let first = now(remembered.get(&sql, made.id)).unwrap().unwrap();
    let renamed = made
        .settings
        .patch(&json!({"name": "Persons", "region": null}))
        .unwrap();
    assert_eq!(
        now(databases::update(&sql, &made, &renamed, &author())).unwrap(),
        2
    );
    let (kind, _, changes) = newest(&sql, made.id.get());
    assert_eq!(kind, "database.updated");
    assert_eq!(
        changes,
        json!([
            {"field": "name", "before": "People", "after": "Persons"},
            {"field": "region", "before": "DE", "after": null},
        ])
    );
    let known = now(remembered.get(&sql, made.id)).unwrap().unwrap();
    assert_eq!(known.database.name, "People");
    remembered.forget_before(known.version + 1);
    let read = now(remembered.get(&sql, made.id)).unwrap().unwrap();
    assert_eq!(read.database.name, "Persons");
    assert!(read.version > first.version);
    now(resources::create(&sql, newsletter(&[made.id]), &author())).unwrap();
    remembered.forget(made.id);
    let with_resource = now(remembered.get(&sql, made.id)).unwrap().unwrap();
    assert!(with_resource.version > read.version);
    assert_eq!(with_resource.resources.len(), 1);
}

/// Two profiles, one with subscriptions, written by hand.
fn people(sql: &Connection, database: i64, resource: i64) {
    let body = |r: i64, email: &str| {
        json!({"r": r, "c": 1, "k": email, "a": AT, "b": AT})
            .to_string()
            .replace('\'', "''")
    };
    for statement in [
        format!(
            "INSERT INTO profiles (pk, database_id, revision, status, created_at, updated_at, data) VALUES (10 + {database}, {database}, 1, 0, 1, 1, '{{\"_fname\":\"Ann\"}}'),
             (20 + {database}, {database}, 1, 1, 1, 1, '{{}}')"
        ),
        format!(
            "INSERT INTO subscriptions
                 (profile, resource_id, channel, contact, database_id, status, deleted, body, place)
             VALUES
             (10 + {database}, {resource}, 1, 'aaa@x.org', {database}, 0, 0, '{}', 0),
             (10 + {database}, {resource} + 1, 1, 'aaa@x.org', {database}, 0, 0, '{}', 0),
             (10 + {database}, {resource}, 1, 'bbb@x.org', {database}, 1, 0, '{}', 1)",
            body(resource, "aaa@x.org"),
            body(resource + 1, "aaa@x.org"),
            body(resource, "bbb@x.org"),
        ),
        format!(
            "INSERT INTO match_keys SELECT {database}, 51, value, 10 + {database}, 10 + {database}
             FROM json_each('[\"aaa@x.org\", \"bbb@x.org\"]')"
        ),
        format!(
            "INSERT INTO search (rowid, profile, contacts) VALUES
             (-10 - {database}, 'ann', 'aaa@x.org bbb@x.org'), (-20 - {database}, 'x', '')"
        ),
        format!(
            "INSERT INTO history (database_id, profile, at, kind, actor, interface, changes)
             VALUES ({database}, 10 + {database}, 1, 'profile.created', 'a', 'api', '[]')"
        ),
    ] {
        now(sql.query(&statement, vec![])).unwrap();
    }
}

/// How much is left of a database's people.
fn left(sql: &Connection, database: i64) -> [i64; 5] {
    [
        "profiles",
        "match_keys",
        "subscriptions",
        "history",
        "profile_counts",
    ]
    .map(|table| {
        let of = if table == "history" {
            "AND profile <> 0"
        } else {
            ""
        };
        let of = if table == "profile_counts" {
            "AND count > 0"
        } else {
            of
        };
        number(
            sql,
            &format!("SELECT count(*) FROM {table} WHERE database_id = {database} {of}"),
        )
    })
}

#[test]
fn wiping_and_deleting_take_everything_of_one_database_and_nothing_of_another() {
    let sql = store();
    let (first, second) = (database(&sql, "A").database, database(&sql, "B").database);
    let ids = [first.id, second.id];
    let news = now(resources::create(&sql, newsletter(&ids), &author()))
        .unwrap()
        .unwrap();
    let resource = news.resource.id.get();
    for id in ids {
        people(&sql, id.get(), resource);
    }
    assert_eq!(left(&sql, first.id.get()), [2, 2, 3, 1, 2]);
    let counted = now(databases::counters(&sql, first.id)).unwrap();
    assert_eq!(
        counted,
        [(Status::Subscribed, 1), (Status::Unsubscribed, 1)]
    );

    assert_eq!(now(databases::wipe(&sql, first.id, &author())).unwrap(), 2);
    assert_eq!(left(&sql, first.id.get()), [0, 0, 0, 0, 0]);
    assert_eq!(left(&sql, second.id.get()), [2, 2, 3, 1, 2]);
    assert_eq!(newest(&sql, first.id.get()).0, "database.wiped");
    assert_eq!(
        number(&sql, "SELECT count(*) FROM search WHERE search MATCH 'ann'"),
        1
    );

    let second = now(databases::get(&sql, second.id))
        .unwrap()
        .unwrap()
        .database;
    assert_eq!(now(databases::delete(&sql, &second, &author())).unwrap(), 2);
    assert_eq!(left(&sql, second.id.get()), [0, 0, 0, 0, 0]);
    assert_eq!(now(databases::get(&sql, second.id)).unwrap(), None);
    assert_eq!(
        number(&sql, "SELECT count(*) FROM fields WHERE database_id = 2"),
        0
    );
    assert_eq!(
        number(&sql, "SELECT count(*) FROM search WHERE search MATCH 'ann'"),
        0
    );
    let news = now(resources::get(&sql, news.resource.id))
        .unwrap()
        .unwrap();
    assert_eq!(
        (news.resource.databases.clone(), news.revision),
        (vec![first.id], 2)
    );
    assert_eq!(newest(&sql, 2).0, "database.deleted");
}

#[test]
fn a_resource_is_read_as_it_was_made_and_changed() {
    let sql = store();
    let id = database(&sql, "A").database.id;
    let made = now(resources::create(&sql, newsletter(&[id]), &author()))
        .unwrap()
        .unwrap();
    let resource = made.resource.clone();
    assert_eq!(
        now(resources::get(&sql, resource.id)).unwrap(),
        Some(made.clone())
    );
    assert_eq!(now(resources::page(&sql, 0, 9)).unwrap(), [made]);
    assert_eq!(
        now(resources::create(&sql, newsletter(&[]), &author())).unwrap(),
        None
    );
    let mut settings = resource.settings.clone();
    settings.name = "Post".to_owned();
    assert_eq!(
        now(resources::update(&sql, &resource, &settings, &author())).unwrap(),
        2
    );
    assert_eq!(
        now(resources::named(&sql, "Post")).unwrap(),
        Some(resource.id)
    );
    let (kind, _, changes) = newest(&sql, 0);
    assert_eq!(kind, "resource.updated");
    assert_eq!(
        changes,
        json!([{"field": "resources/1/name", "before": "News", "after": "Post"}])
    );
}

#[test]
fn deleting_a_resource_takes_its_subscriptions_and_what_only_they_were_found_by() {
    let sql = store();
    let id = database(&sql, "A").database.id;
    let made = now(resources::create(&sql, newsletter(&[id]), &author()))
        .unwrap()
        .unwrap();
    people(&sql, id.get(), made.resource.id.get());
    let counted = now(resources::counters(&sql, made.resource.id, None)).unwrap();
    assert_eq!(
        counted,
        [
            (Channel::Email, Status::Subscribed, 1),
            (Channel::Email, Status::Unsubscribed, 1)
        ]
    );
    assert_eq!(
        now(resources::counters(&sql, made.resource.id, Some(&[]))).unwrap(),
        []
    );
    assert_eq!(
        now(resources::delete(&sql, &made.resource, &author())).unwrap(),
        2
    );
    assert_eq!(now(resources::get(&sql, made.resource.id)).unwrap(), None);
    // aaa@x.org is still subscribed to the other resource.
    assert_eq!(left(&sql, id.get()), [2, 1, 1, 1, 2]);
    assert_eq!(
        number(
            &sql,
            "SELECT count(*) FROM match_keys WHERE value = 'aaa@x.org'"
        ),
        1
    );
    assert_eq!(
        number(&sql, "SELECT revision FROM profiles WHERE pk = 11"),
        2
    );
    assert_eq!(
        number(&sql, "SELECT revision FROM profiles WHERE pk = 21"),
        1
    );
    let found = |text: &str| {
        number(
            &sql,
            &format!("SELECT count(*) FROM search WHERE search MATCH 'contacts:{text}'"),
        )
    };
    assert_eq!((found("aaa"), found("bbb")), (1, 0));
}

#[test]
fn tokens_are_found_by_their_secret_until_revoked() {
    let sql = store();
    let databases = [DatabaseId::new(7).unwrap()];
    let new = NewToken {
        name: "web",
        secret: [9; 32],
        prefix: "rst_abcd",
        scopes: &["profiles:read"],
        databases: Some(&databases),
        expires_at: Some(Timestamp::from_ms(AT + 1)),
        created_by: "admin",
    };
    let made = now(tokens::create(&sql, &new, &author())).unwrap();
    assert_eq!(
        now(tokens::find(&sql, &[9; 32])).unwrap(),
        Some(made.clone())
    );
    assert_eq!(now(tokens::get(&sql, made.id)).unwrap(), Some(made.clone()));
    assert_eq!(now(tokens::find(&sql, &[8; 32])).unwrap(), None);
    assert_eq!(
        now(tokens::page(&sql, 0, 9)).unwrap(),
        std::slice::from_ref(&made)
    );
    assert_eq!(now(tokens::page(&sql, made.id.get(), 9)).unwrap(), []);
    assert_eq!(newest(&sql, 0).0, "token.created");
    now(tokens::revoke(&sql, &made, &author())).unwrap();
    assert_eq!(now(tokens::find(&sql, &[9; 32])).unwrap(), None);
    assert_eq!(newest(&sql, 0).0, "token.revoked");
}

#[test]
fn an_answer_is_kept_for_a_day_and_belongs_to_its_request() {
    let sql = store();
    let at = Timestamp::from_ms(AT);
    let asked = KeyedRequest {
        key: "k".to_owned(),
        request: vec![1, 2],
    };
    let other = KeyedRequest {
        key: "k".to_owned(),
        request: vec![3],
    };
    let answer = Answer {
        status: 201,
        body: "{}".to_owned(),
    };
    assert_eq!(
        now(idempotency::find(&sql, &asked, at)).unwrap(),
        KeyLookup::Nothing
    );
    now(idempotency::keep(&sql, &asked, &answer, at)).unwrap();
    assert_eq!(
        now(idempotency::find(&sql, &asked, at)).unwrap(),
        KeyLookup::Answer(answer.clone())
    );
    assert_eq!(
        now(idempotency::find(&sql, &other, at)).unwrap(),
        KeyLookup::Other
    );
    let later = Timestamp::from_ms(AT + KEPT_MS + 1);
    assert_eq!(
        now(idempotency::find(&sql, &other, later)).unwrap(),
        KeyLookup::Nothing
    );
    now(idempotency::keep(&sql, &other, &answer, later)).unwrap();
    assert_eq!(
        now(idempotency::find(&sql, &other, later)).unwrap(),
        KeyLookup::Answer(answer)
    );
    assert_eq!(number(&sql, "SELECT count(*) FROM idempotency"), 1);
}

#[test]
fn custom_fields_of_a_clone_keep_their_ids() {
    let sql = store();
    let mut fields = standard_fields();
    let id = roster_model::FieldId::new(107).unwrap();
    fields.push(Field::new(id, "party", roster_model::FieldType::String));
    let author = author();
    let made = databases::create(&sql, settings("C"), fields, &author);
    let made = now(made).unwrap().unwrap().database;
    assert_eq!(made.field("party").map(|field| field.id), Some(id));
    let next = now(roster_store::fields::next_id(&sql, made.id)).unwrap();
    assert_eq!(next.get(), 108);
}
