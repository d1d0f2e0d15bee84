//! The people are what they say: accepted by the model's own types, distinct,
//! and the same every time.

use roster_model::{Email, Phone};
use roster_people::{MOST, People};
use std::collections::HashSet;

#[test]
fn addresses_and_numbers_are_valid() {
    let people = People::new(7);
    // Every prefix with its first, some middle and its last numbers.
    for number in (0..2_000).chain(500_000..502_000).chain(MOST - 2_000..MOST) {
        let person = people.person(number);
        let phone = Phone::parse(&person.phone, None).map(String::from);
        assert_eq!(phone.as_deref(), Ok(person.phone.as_str()), "{person:?}");
        assert!(Email::parse(&person.email).is_ok(), "{person:?}");
    }
}

#[test]
fn addresses_and_numbers_are_distinct() {
    let mut seen = HashSet::new();
    for person in People::new(3).range(0..50_000) {
        assert!(seen.insert(person.email), "e-mail");
        assert!(seen.insert(person.phone), "phone");
    }
}

#[test]
fn the_same_seed_makes_the_same_people() {
    let (one, same, other) = (People::new(1), People::new(1), People::new(2));
    assert!((0..500).all(|n| one.person(n) == same.person(n)));
    assert!((0..500).any(|n| one.person(n).first_name != other.person(n).first_name));
}

#[test]
fn names_come_in_several_scripts_with_and_without_diacritics() {
    let names: HashSet<_> = People::new(1)
        .range(0..2_000)
        .map(|p| p.last_name)
        .collect();
    for name in [
        "Smith",
        "Luján",
        "Müller",
        "Соловьёв",
        "高橋",
        "Παππάς",
        "शर्मा",
    ] {
        assert!(names.contains(name), "{name}");
    }
}
