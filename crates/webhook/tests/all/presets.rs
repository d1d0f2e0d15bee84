//! Presets make of what senders document what a write takes.

use crate::support::{self, Sent, map_with, skipped, written};
use roster_model::write::{Request, Schema, prepare_write};
use roster_model::{Database, FieldType, Timestamp};
use roster_webhook::presets::{ALL, named};
use roster_webhook::{Mapping, MappingOutcome, Scheme, payload};
use serde_json::{Map, Value, json};

/// A new database with the fields that a preset says it needs.
fn database(needs: &[(&str, &str)]) -> Database {
    let fields = needs.iter().map(|(name, kind)| {
        assert_eq!(*kind, "tags");
        (*name, FieldType::Tags)
    });
    support::database(&fields.collect::<Vec<_>>())
}

type MappedWrite = (Map<String, Value>, Value, Option<String>, Option<Timestamp>);

/// What a preset makes of a payload, which a new database must take.
fn write(name: &str, payload: &Value, sent: Sent) -> MappedWrite {
    let preset = named(name).unwrap();
    let made = written(map_with(&preset.definition(), payload, sent));
    let database = database(preset.needs);
    let schema = Schema {
        database: &database,
        resources: &[],
        segments: &[],
        relation_types: &[],
        neighbours: &[],
        control: None,
    };
    if let Err(error) = prepare_write(&made.0, &made.1, &schema) {
        panic!("{name}: {error:?}");
    }
    made
}

fn skip(name: &str, payload: &Value, sent: Sent) -> String {
    skipped(map_with(&named(name).unwrap().definition(), payload, sent))
}

#[test]
fn presets_are_mappings_that_their_database_takes() {
    for preset in ALL {
        let mapping = Mapping::parse(&preset.definition()).unwrap();
        assert!(Scheme::parse(&json!({"scheme": preset.scheme})).is_ok());
        let database = database(preset.needs);
        let unknown = mapping.fields().find(|name| database.field(name).is_none());
        assert_eq!(unknown, None, "{}", preset.name);
        let schema = Schema {
            database: &database,
            resources: &[],
            segments: &[],
            relation_types: &[],
            neighbours: &[],
            control: None,
        };
        assert!(Request::parse(mapping.request(), &schema, true).is_ok());
    }
    assert!(named("nobody").is_none());
}

#[test]
fn segment_identifies_people() {
    let payload = json!({
        "anonymousId": "507f191e810c19729de860ea", "channel": "browser",
        "context": {"ip": "8.8.8.8", "userAgent": "Mozilla/5.0"},
        "messageId": "022bb90c-bbac-11e4-8dfc-aa07a5b093db",
        "receivedAt": "2015-02-23T22:28:55.387Z", "sentAt": "2015-02-23T22:28:55.111Z",
        "timestamp": "2015-02-23T22:28:55.111Z",
        "traits": {"name": "Peter Gibbons", "email": "peter@example.com", "firstName": "Peter",
            "last_name": "Gibbons", "phone": "+1 202-555-0143", "birthday": "not a date",
            "gender": "Male", "address": {"city": "Austin", "state": "TX", "country": "USA", "postalCode": "78701"},
            "plan": "premium", "logins": 5},
        "type": "identify", "userId": "97980cfea0067", "version": "1.1"
    });
    let (_, data, id, at) = write("segment", &payload, &[]);
    assert_eq!(
        data,
        json!({"email": "peter@example.com", "phones": {"action": "add", "value": "+1 202-555-0143"},
            "_fname": "Peter", "_lname": "Gibbons", "_sex": "male", "_city": "Austin",
            "_region": "TX", "_country": "USA", "_postal_code": "78701", "_ip": "8.8.8.8"})
    );
    assert_eq!(id.as_deref(), Some("022bb90c-bbac-11e4-8dfc-aa07a5b093db"));
    assert_eq!(at.unwrap().to_string(), "2015-02-23T22:28:55.111Z");
    // RudderStack has traits inside context.
    let rudder = json!({"type": "identify", "messageId": "m", "originalTimestamp": "2020-01-01T00:00:00Z",
        "context": {"traits": {"email": "a@b.cd", "birthday": "1990-12-31"}}});
    assert_eq!(
        write("segment", &rudder, &[]).1,
        json!({"email": "a@b.cd", "_bdate": "1990-12-31"})
    );
    let track = json!({"type": "track", "event": "Bought"});
    assert_eq!(skip("segment", &track, &[]), "/type is \"track\"");
}

#[test]
fn stripe_tells_of_customers() {
    let customer = |kind: &str| {
        json!({
            "id": "evt_1NG8Du2eZvKYlo2CUI79vXWy", "object": "event", "api_version": "2019-02-19",
            "created": 1686089970, "livemode": false, "pending_webhooks": 0, "type": kind,
            "data": {"object": {"id": "cus_NffrFeUfNV2Hib", "object": "customer", "address": null,
                "balance": 0, "created": 1680893993, "currency": null, "email": "jennyrosen@example.com",
                "name": "Jenny Rosen", "phone": null}}
        })
    };
    let (request, data, id, at) = write("stripe", &customer("customer.created"), &[]);
    assert_eq!(
        Value::Object(request),
        json!({"mode": "import", "matching": "email"})
    );
    assert_eq!(
        data,
        json!({"email": "jennyrosen@example.com", "_fname": "Jenny Rosen"})
    );
    assert_eq!(id.as_deref(), Some("evt_1NG8Du2eZvKYlo2CUI79vXWy"));
    assert_eq!(at.unwrap().to_string(), "2023-06-06T22:19:30.000Z");
    assert_eq!(
        skip("stripe", &customer("customer.deleted"), &[]),
        "/type is \"customer.deleted\""
    );
}

#[test]
fn shopify_tells_of_customers() {
    let payload = json!({
        "id": 706405506930370084u64, "created_at": "2021-12-31T19:00:00-05:00",
        "updated_at": "2021-12-31T19:00:00-05:00", "first_name": "Bob", "last_name": "Biller",
        "state": "disabled", "note": "This customer loves ice cream", "verified_email": true,
        "tags": "vip, ice cream", "currency": "USD", "phone": null, "email": "bob@biller.com",
        "addresses": [], "email_marketing_consent": null
    });
    let sent: Sent = &[
        ("X-Shopify-Topic", "customers/update"),
        ("X-Shopify-Webhook-Id", "b54557e4"),
    ];
    let (_, data, id, at) = write("shopify", &payload, sent);
    assert_eq!(
        data,
        json!({"email": "bob@biller.com", "_fname": "Bob", "_lname": "Biller", "tags": ["vip", "ice cream"]})
    );
    assert_eq!(id.as_deref(), Some("b54557e4"));
    assert_eq!(at.unwrap().to_string(), "2022-01-01T00:00:00.000Z");
    let other: Sent = &[("x-shopify-topic", "customers/delete")];
    assert_eq!(
        skip("shopify", &payload, other),
        "header x-shopify-topic is \"customers/delete\""
    );
    // Without tags those that were there go.
    let by_phone = json!({"phone": "+7 999 123-45-67", "email": null, "tags": ""});
    assert_eq!(
        write("shopify", &by_phone, sent).1,
        json!({"phones": {"action": "add", "value": "+7 999 123-45-67"}, "tags": null})
    );
}

#[test]
fn typeform_answers_are_found_by_type_and_reference() {
    let payload = json!({
        "event_id": "LtWXD3crgy", "event_type": "form_response",
        "form_response": {
            "form_id": "lT4Z3j", "token": "a3a12ec67a1365927098a606107fac15",
            "submitted_at": "2018-01-18T18:17:02Z", "landed_at": "2018-01-18T18:07:02Z",
            "hidden": {"user_id": "abc123456", "last_name": "Hidden"},
            "answers": [
                {"type": "text", "text": "It's cold right now!", "field": {"id": "DlXFaesGBpoF", "type": "long_text", "ref": "readable_ref_long_text"}},
                {"type": "email", "email": "laura@example.com", "field": {"id": "SMEUb7VJz92Q", "type": "email", "ref": "readable_ref_email"}},
                {"type": "text", "text": "Laura", "field": {"id": "JwWggjAKtOkA", "type": "short_text", "ref": "first_name"}},
                {"type": "phone_number", "phone_number": "+12025550143", "field": {"id": "p", "type": "phone_number", "ref": "phone"}}
            ]
        }
    });
    let (request, data, id, at) = write("typeform", &payload, &[]);
    assert_eq!(request.get("matching"), Some(&json!("email_phone")));
    assert_eq!(
        data,
        json!({"email": "laura@example.com", "_fname": "Laura", "_lname": "Hidden",
            "phones": {"action": "add", "value": "+12025550143"}})
    );
    assert_eq!(id.as_deref(), Some("LtWXD3crgy"));
    assert_eq!(at.unwrap().to_string(), "2018-01-18T18:17:02.000Z");
}

#[test]
fn forms_of_tilda_are_taken_and_its_test_is_not() {
    let body = "Name=%D0%98%D0%B2%D0%B0%D0%BD&Phone=%2B7+(999)+123-45-67&Email=&tranid=1035211%3A241421&formid=form185017171";
    let form = Some("application/x-www-form-urlencoded");
    let read = payload::read(body.as_bytes(), form).unwrap();
    let (_, data, id, _) = write("tilda", &read, &[]);
    assert_eq!(
        data,
        json!({"_fname": "Иван", "phones": {"action": "add", "value": "+7 (999) 123-45-67"}})
    );
    assert_eq!(id.as_deref(), Some("1035211:241421"));
    let test = payload::read(b"test=test", form).unwrap();
    assert_eq!(skip("tilda", &test, &[]), "/test is \"test\"");
}

#[test]
fn flat_payloads_are_data_as_they_are() {
    let payload =
        json!({"email": "a@b.cd", "_fname": "Ann", "phones": ["+12025550143"], "_city": null});
    let mapped = map_with(&named("flat").unwrap().definition(), &payload, &[]);
    assert!(matches!(mapped, MappingOutcome::Write { .. }));
    assert_eq!(
        write("flat", &payload, &[]).1,
        json!({"email": "a@b.cd", "_fname": "Ann", "phones": ["+12025550143"]})
    );
}
