//! Sorting and grouping, held against the same done by hand on whole profiles.

use std::collections::HashMap;

use proptest::prelude::*;
use roster_model::condition::{Condition, Moment};
use roster_model::profile::Profile;
use roster_model::{Range, Sort, SortKey, Timestamp, Zone};
use roster_store::conditions::{Selection, SortPlace, SortValue};
use serde_json::{Value, json};

use super::world::*;
use crate::engine::Connection;

const LOOK: i64 = 7;

fn moment() -> Moment {
    Moment {
        now: Timestamp::from_ms(1_900_000_000_000),
        zone: Zone::default(),
    }
}

fn selection(sql: &Connection, condition: Value) -> Selection {
    let known = definitions(sql, PEOPLE);
    let condition = Condition::parse(&condition, &schema(&known)).unwrap();
    Selection::new(database_id(PEOPLE), &condition, Range::ALL, &moment())
}

/// All pages of a list, each `take` long.
fn pages(sql: &Connection, selection: &Selection, sort: &Sort, take: usize) -> Vec<i64> {
    let mut all = Vec::new();
    let mut beyond: Option<SortPlace> = None;
    loop {
        let mut best = Vec::new();
        let mut after = 0;
        loop {
            let slice = selection.sorted(sql, sort, beyond.as_ref(), after, LOOK, take as i64);
            let slice = block_on(slice).unwrap();
            best.extend(slice.found);
            best.sort_by(|a, b| a.compare(b, sort.descending));
            best.truncate(take);
            match slice.next {
                Some(next) => after = next,
                None => break,
            }
        }
        all.extend(best.iter().map(|SortPlace(_, pk)| *pk));
        if best.len() < take {
            return all;
        }
        beyond = best.pop();
    }
}

/// What a profile is sorted by, read from the profile itself.
fn by_hand(profile: &Profile, key: &SortKey) -> SortValue {
    let text = |value: &Value| {
        let text = value.as_str().unwrap_or_default();
        SortValue::Text(
            text.chars()
                .take(200)
                .collect::<String>()
                .to_ascii_lowercase(),
        )
    };
    match key {
        SortKey::Created => SortValue::Whole(profile.id.pk()),
        SortKey::Updated => SortValue::Whole(profile.updated_at.ms()),
        SortKey::Status => SortValue::Whole(profile.status.number()),
        SortKey::Field { name, .. } => match profile.data.get(name) {
            None | Some(Value::Null) => SortValue::None,
            Some(Value::Bool(flag)) => SortValue::Whole((*flag).into()),
            Some(Value::Number(number)) if name == "ratio" => {
                SortValue::Number(number.as_f64().unwrap())
            }
            Some(Value::Number(number)) => SortValue::Whole(number.as_i64().unwrap()),
            Some(Value::Array(items)) => items.first().map_or(SortValue::None, text),
            Some(value) => text(value),
        },
    }
}

fn person(number: usize, seed: u64) -> Value {
    let pick = |salt: u64, of: u64| {
        (((seed ^ salt).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) & 0xFFFF) % of
    };
    let mut data = json!({"email": format!("P{number}@Example.org")});
    let names = ["ada", "Ada", "Åsa", "борис", "Борис", "", "z", "Zoë"];
    if pick(1, 5) != 0 {
        data["_lname"] = json!(
            names[pick(2, 8) as usize % names.len()].to_owned()
                + &"x".repeat((pick(3, 3) * 150) as usize)
        );
    }
    if pick(4, 4) != 0 {
        data["points"] = json!(pick(5, 7) as i64 - 3);
    }
    if pick(6, 4) != 0 {
        data["ratio"] = json!((pick(7, 5) as f64 - 2.0) / 2.0);
    }
    if pick(8, 3) != 0 {
        data["member"] = json!(pick(9, 2) == 0);
    }
    if pick(10, 3) != 0 {
        let tags = ["blue", "red", "green"];
        data["colours"] = json!(&tags[..=(pick(11, 3) as usize % 3)]);
    }
    if pick(12, 3) == 0 {
        data["_bdate"] = json!(format!("19{:02}-05-06", 50 + pick(13, 9)));
    }
    if pick(14, 4) == 0 {
        data["_status"] = json!("suspended");
    }
    data
}

fn crowd(seeds: &[u64]) -> (World, Connection, Vec<Profile>) {
    let world = World::new();
    let sql = world.connect();
    for (name, kind) in [
        ("points", "integer"),
        ("ratio", "float"),
        ("member", "boolean"),
        ("colours", "tags"),
    ] {
        let known = definitions(&sql, PEOPLE);
        if known.database.field(name).is_none() {
            add_field(&sql, PEOPLE, &json!({"name": name, "type": kind}));
        }
    }
    let people: Vec<Value> = seeds
        .iter()
        .enumerate()
        .map(|(number, seed)| person(number, *seed))
        .collect();
    fill(&sql, PEOPLE, &people);
    fill(&sql, OTHERS, &[json!({"email": "else@example.org"})]);
    let mut all = everybody(&sql);
    all.retain(|one| one.database == database_id(PEOPLE));
    (world, sql, all)
}

const KEYS: [&str; 9] = [
    "created_at",
    "updated_at",
    "_status",
    "email",
    "_lname",
    "points",
    "ratio",
    "member",
    "colours",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pages_of_any_order_hold_everybody_once_and_in_order(
        seeds in prop::collection::vec(any::<u64>(), 1..40),
        take in 1_usize..9,
    ) {
        let (_world, sql, all) = crowd(&seeds);
        let known = definitions(&sql, PEOPLE);
        let everybody = selection(&sql, json!({}));
        let some = selection(&sql, json!({"status": ["subscribed"]}));
        for key in KEYS.into_iter().chain(["_bdate", "phones"]) {
            for sign in ["", "-"] {
                let sort = Sort::parse(&format!("{sign}{key}"), &known.database).unwrap();
                let mut places: Vec<(SortPlace, bool)> = all
                    .iter()
                    .map(|profile| {
                        let place = SortPlace(by_hand(profile, &sort.key), profile.id.pk());
                        (place, profile.status.number() == 0)
                    })
                    .collect();
                places.sort_by(|(a, _), (b, _)| a.compare(b, sort.descending));
                let whole: Vec<i64> = places.iter().map(|(SortPlace(_, pk), _)| *pk).collect();
                prop_assert_eq!(&pages(&sql, &everybody, &sort, take), &whole, "{}", sort);
                let part: Vec<i64> = places
                    .iter()
                    .filter(|(_, subscribed)| *subscribed)
                    .map(|(SortPlace(_, pk), _)| *pk)
                    .collect();
                prop_assert_eq!(&pages(&sql, &some, &sort, take), &part, "{}", sort);
            }
        }
        // The newest first, without looking at all.
        prop_assert!(some.walks_back());
        let mut newest = Vec::new();
        let mut before = i64::MAX;
        loop {
            let slice = block_on(some.newest(&sql, before, LOOK, take as i64)).unwrap();
            newest.extend(slice.found);
            match slice.next {
                Some(next) => before = next,
                None => break,
            }
        }
        let mut whole: Vec<i64> = all
            .iter()
            .filter(|profile| profile.status.number() == 0)
            .map(|profile| profile.id.pk())
            .collect();
        whole.sort_unstable_by(|a, b| b.cmp(a));
        prop_assert_eq!(newest, whole);
    }

    #[test]
    fn groups_hold_everybody_by_each_of_their_values(
        seeds in prop::collection::vec(any::<u64>(), 1..40),
    ) {
        let (_world, sql, all) = crowd(&seeds);
        let known = definitions(&sql, PEOPLE);
        let everybody = selection(&sql, json!({}));
        for key in ["_status", "_lname", "points", "ratio", "member", "colours"] {
            let sort_key = SortKey::parse(key, &known.database).unwrap();
            let mut found: HashMap<String, i64> = HashMap::new();
            let (mut after, mut counted) = (0, 0);
            loop {
                let slice = block_on(everybody.grouped(&sql, &sort_key, after, LOOK)).unwrap();
                counted += slice.found.profiles;
                for (value, count) in slice.found.by_value {
                    *found.entry(value.to_string()).or_default() += count;
                }
                match slice.next {
                    Some(next) => after = next,
                    None => break,
                }
            }
            let mut expected: HashMap<String, i64> = HashMap::new();
            for profile in &all {
                let values = match (key, profile.data.get(key)) {
                    ("_status", _) => vec![json!(profile.status.number())],
                    (_, Some(Value::Array(items))) if !items.is_empty() => items.clone(),
                    (_, None | Some(Value::Array(_))) => vec![Value::Null],
                    (_, Some(value)) => vec![value.clone()],
                };
                for value in values {
                    *expected.entry(value.to_string()).or_default() += 1;
                }
            }
            prop_assert_eq!(found, expected, "{}", key);
            prop_assert_eq!(counted, all.len() as i64, "{}", key);
        }
    }
}

#[test]
fn what_sql_cannot_decide_is_sorted_too() {
    let (_world, sql, all) = crowd(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    let known = definitions(&sql, PEOPLE);
    let sort = Sort::parse("-email", &known.database).unwrap();
    let condition = json!({"not": {"suppressed": true}});
    let selection = selection(&sql, condition);
    assert_eq!(pages(&sql, &selection, &sort, 5).len(), all.len());
    // It has to look at all of them.
    assert!(!selection.walks_back());
}
