//! By what profiles look like one, and how sure that is.

use super::*;
use crate::id::{DatabaseId, ProfileId};
use crate::origin::Party;
use crate::status::Status;
use crate::time::Timestamp;
use serde_json::json;

fn person(data: Value) -> Profile {
    let at = Timestamp::from_ms(0);
    Profile {
        id: ProfileId::from_pk(1).unwrap(),
        database: DatabaseId::new(1).unwrap(),
        revision: 1,
        status: Status::Subscribed,
        status_by: Party::Api,
        created_at: at,
        updated_at: at,
        data: data.as_object().unwrap().clone(),
        subscriptions: Vec::new(),
        former_keys: Vec::new(),
        control: Default::default(),
    }
}

fn confidence(kind: &DuplicateKind, people: &[Value]) -> Confidence {
    let people: Vec<Profile> = people.iter().cloned().map(person).collect();
    Evidence::of(&people).confidence(kind)
}

#[test]
fn names_are_one_without_case_and_accents_and_only_with_a_birthday() {
    let key = |first, last, born| name_key(first, last, born);
    let ann = key("Ann", "Müller", "1990-05-01");
    assert!(ann.is_some());
    assert_eq!(ann, key(" ANN ", "müller", "1990-05-01T00:00:00Z"));
    assert_ne!(ann, key("Ann", "Müller", "1990-05-02"));
    assert_ne!(
        key("Ann", "Lee", "1990-05-01"),
        key("Lee", "Ann", "1990-05-01")
    );
    for nobody in [
        ("", "Lee", "1990-05-01"),
        ("Ann", " ", "1990-05-01"),
        ("Ann", "Lee", "1990"),
    ] {
        assert_eq!(key(nobody.0, nobody.1, nobody.2), None);
    }
}

#[test]
fn what_else_agrees_makes_it_surer_and_what_differs_less() {
    let ann = json!({"_fname": "Ann", "_lname": "Lee", "_bdate": "1990-05-01"});
    let same = json!({"_fname": "ANN", "_lname": "lee"});
    let nobody = json!({});
    let bob = json!({"_fname": "Bob", "_lname": "Lee"});
    let other = json!({"_fname": "Ann", "_lname": "Lee", "_bdate": "1961-05-01"});
    let phone = DuplicateKind::Phone;
    assert_eq!(confidence(&phone, &[ann.clone(), same]), Confidence::High);
    assert_eq!(
        confidence(&phone, &[ann.clone(), nobody.clone()]),
        Confidence::Medium
    );
    assert_eq!(
        confidence(&phone, &[ann.clone(), bob.clone()]),
        Confidence::Low
    );
    let email = DuplicateKind::Email;
    assert_eq!(confidence(&email, &[ann.clone(), nobody]), Confidence::High);
    assert_eq!(confidence(&email, &[ann.clone(), bob]), Confidence::Medium);
    assert_eq!(confidence(&email, &[ann, other]), Confidence::Low);
}
