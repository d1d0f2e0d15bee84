//! Tests of what tells a person apart.

use super::*;
use crate::matching::MatchKey;
use crate::{DatabaseId, Party, ProfileId, ResourceId, Status, Subscription, Timestamp};
use serde_json::{Map, json};

fn profile() -> Profile {
    let at = Timestamp::from_ms(0);
    let subscription = |contact| Subscription {
        resource: ResourceId::new(1).unwrap(),
        contact,
        status: Status::Subscribed,
        status_by: Party::Api,
        status_at: None,
        suspended_until: None,
        priority: 0,
        categories: Vec::new(),
        left_categories: Default::default(),
        custom_fields: Map::new(),
        registered_at: None,
        ip: None,
        url: None,
        deleted: true,
        created_at: at,
        updated_at: at,
    };
    let push = Contact::Push {
        provider: "web".to_owned(),
        subscription_id: "token-1".to_owned(),
    };
    let data = json!({"email": "Ada@Example.org", "phones": ["+442079460018"], "note": "x"});
    Profile {
        id: ProfileId::from_pk(77).unwrap(),
        database: DatabaseId::new(1).unwrap(),
        revision: 1,
        status: Status::Subscribed,
        status_by: Party::Api,
        created_at: at,
        updated_at: at,
        data: data.as_object().unwrap().clone(),
        former_keys: vec![MatchKey {
            kind: EMAIL.get(),
            value: "ada@old.example".to_owned(),
        }],
        subscriptions: vec![
            subscription(Contact::Email(Email::parse("a@other.org").unwrap())),
            subscription(push),
        ],
        control: Default::default(),
    }
}

#[test]
fn what_is_kept_are_hashes_of_normalised_contacts() {
    let hash = |text: &str| -> String {
        let digest = Sha256::digest(text.as_bytes());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    };
    assert_eq!(
        Person::of(&profile()).hashes(),
        [
            (hash("a@other.org"), "email"),
            (hash("ada@example.org"), "email"),
            (hash("ada@old.example"), "email"),
            (hash("+442079460018"), "phone"),
        ]
    );
}

#[test]
fn bodies_about_a_person_are_known_in_every_format() {
    let person = Person::of(&profile());
    let region = Some("GB".parse().unwrap());
    for about in [
        r#"{"contact": {"email": "ADA@example.org", "age": 36}}"#,
        r#"{"contact": {"email": "ada\u0040example.org"}}"#,
        r#"{"tel": "020 7946 0018", "n": 5}"#,
        "name=Ada&email=ada%40example.org",
        "tel=%2B44+20+7946+0018&n=5",
        "Ada <ada@example.org>",
    ] {
        assert!(person.is_in_body(about, region), "{about}");
    }
    for other in [
        r#"{"email": "bob@example.org"}"#,
        "email=bob%40example.org",
        "",
    ] {
        assert!(!person.is_in_body(other, region), "{other}");
    }
    assert!(person.is_part_of("bounce-Ada@example.org-7"));
    assert!(!person.is_part_of("bounce-bob@example.org-7"));
}

#[test]
fn what_names_a_person_is_masked_and_nothing_else() {
    let mut profile = profile();
    profile.subscriptions[1].contact = Contact::TelegramBot {
        id: "17".to_owned(),
    };
    let person = Person::of(&profile);
    let region = Some("GB".parse().unwrap());
    let mut value = json!({
        "condition": {"any": [{"field": "email", "eq": "ADA@example.org"},
            {"field": "phones", "has_any": ["020 7946 0018", "+442079460019"]}]},
        "constants": {"phones": 442079460018_i64, "resource_id": "17", "n": 17},
        "ada@example.org": null,
    });
    assert!(person.mask(&mut value, region));
    let masked = json!({
        "condition": {"any": [{"field": "email", "eq": MASK},
            {"field": "phones", "has_any": [MASK, "+442079460019"]}]},
        "constants": {"phones": MASK, "resource_id": "17", "n": 17},
        "ada@example.org": null,
    });
    assert_eq!(value, masked);
    assert!(!person.mask(&mut value, region));
}

#[test]
fn texts_about_a_person_are_known_however_they_spell_it() {
    let person = Person::of(&profile());
    let region = Some("GB".parse().unwrap());
    let id = profile().id.to_string();
    for about in [
        json!("ada@example.org"),
        json!(["Lovelace", " ADA@EXAMPLE.ORG "]),
        json!({"cells": ["x", "Ada <ada@example.org>"]}),
        json!("b@x.org; a@other.org"),
        json!("020 7946 0018"),
        json!("'+44 (20) 7946-0018"),
        json!("442079460018"),
        json!(442079460018_i64),
        json!("1,020 7946 0018"),
        json!(format!("profile {id} is gone")),
        json!("web:token-1"),
    ] {
        assert!(person.is_in(&about, region), "{about}");
    }
    for other in [
        json!("ada@example.com"),
        json!("bada@example.org"),
        json!("0018"),
        json!("020 7946 1018"),
        json!("+1 207 946 0018"),
        json!(null),
        json!({"ada@example.org": 1}),
    ] {
        assert!(!person.is_in(&other, region), "{other}");
    }
}
