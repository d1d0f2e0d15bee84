//! Reading profiles: one, by a match key, a page, one field's values.

use roster_model::matching::MatchKey;
use roster_model::{DatabaseId, Profile, ProfileId, profile_keys};
use roster_store::profiles::{Single, SizeLimit, by_key, first, get, many, page, singles, values};
use serde_json::{Value, json};

use super::world::*;

fn people(sql: &crate::engine::Connection, count: u64) -> Vec<Profile> {
    let people = roster_people::People::new(11);
    let data: Vec<Value> = people
        .range(0..count)
        .map(|one| {
            let mut data = Value::from(one.data());
            data["tier"] = json!(if one.number % 3 == 0 { "gold" } else { "tin" });
            if one.number % 4 == 0 {
                data["points"] = json!(one.points);
            }
            data["subscriptions"] =
                json!([{"resource_id": 1, "channel": "email", "email": one.email}]);
            data
        })
        .collect();
    fill(sql, PEOPLE, &data);
    fill(sql, OTHERS, &[json!({"email": "else@example.org"})]);
    let mut all = everybody(sql);
    all.retain(|one| one.database == database_id(PEOPLE));
    all
}

/// So many rows, of whatever size.
fn most(rows: i64) -> SizeLimit {
    SizeLimit {
        rows,
        bytes: i64::MAX,
    }
}

#[test]
fn a_profile_is_read_as_it_was_written() {
    let world = World::new();
    let sql = world.connect();
    let all = people(&sql, 20);
    for profile in &all {
        let shown = block_on(get(&sql, profile.database, profile.id))
            .unwrap()
            .unwrap();
        let data: Value = serde_json::from_str(shown.data.get()).unwrap();
        assert_eq!(data, Value::Object(profile.data.clone()));
        assert_eq!((shown.id, shown.database), (profile.id, profile.database));
        assert_eq!(
            (shown.revision, shown.status),
            (profile.revision, profile.status)
        );
        assert_eq!(
            (shown.created_at, shown.updated_at),
            (profile.created_at, profile.updated_at)
        );
        assert_eq!(shown.subscriptions, profile.subscriptions);
        let elsewhere = block_on(get(&sql, database_id(OTHERS), profile.id)).unwrap();
        assert!(elsewhere.is_none());
    }
    let nobody = ProfileId::from_pk(7).unwrap();
    assert!(
        block_on(get(&sql, database_id(PEOPLE), nobody))
            .unwrap()
            .is_none()
    );
}

#[test]
fn profiles_asked_for_together_are_answered_one_by_one() {
    let world = World::new();
    let sql = world.connect();
    let all = people(&sql, 12);
    let (here, elsewhere) = (database_id(PEOPLE), database_id(OTHERS));
    let email = |value: &str| MatchKey {
        kind: 1,
        value: value.to_owned(),
    };
    let address = |index: usize| all[index].data["email"].as_str().unwrap();
    let nobody = ProfileId::from_pk(7).unwrap();
    let asked = [
        (Single::Id(here, all[3].id), Some(3)),
        (Single::Key(here, email("nobody@example.org")), None),
        (Single::Key(here, email(address(5))), Some(5)),
        (Single::Id(elsewhere, all[3].id), None),
        (Single::Key(elsewhere, email(address(5))), None),
        (Single::Id(here, nobody), None),
        (Single::Id(here, all[3].id), Some(3)),
        (Single::Id(here, all[5].id), Some(5)),
    ];
    let singles_of: Vec<Single> = asked.iter().map(|(single, _)| single.clone()).collect();
    let (found, version) = block_on(singles(&sql, &singles_of)).unwrap();
    assert_eq!(version, definitions(&sql, PEOPLE).version);
    assert_eq!(found.len(), asked.len());
    for (found, (single, expected)) in found.iter().zip(&asked) {
        let expected = expected.map(|index: usize| all[index].id);
        assert_eq!(found.as_ref().map(|one| one.id), expected, "{single:?}");
    }
    assert!(block_on(singles(&sql, &[])).unwrap().0.is_empty());
}

#[test]
fn values_come_back_exactly() {
    let world = World::new();
    let sql = world.connect();
    add_field(&sql, PEOPLE, &json!({"name": "ratio", "type": "float"}));
    add_field(&sql, PEOPLE, &json!({"name": "meta", "type": "object"}));
    add_field(&sql, PEOPLE, &json!({"name": "items", "type": "objects"}));
    let data = json!({
        "email": "Ünïcode@exämple.org",
        "_fname": "Zoë \"Quote\" \\ O'Neil \u{1F600} 東京",
        "points": i64::MIN,
        "number": i64::MAX,
        "ratio": 0.1 + 0.2,
        "labels": ["a,b", "[c]", "d\"e"],
        "meta": {"nested": [1, null, {"x": -0.5}], "é": "ü"},
        "items": [{"a": 1}, {"b": 12345678901234567_i64}],
        "note": "?1 :x @y $z %s -- ; /* */",
    });
    fill(&sql, PEOPLE, std::slice::from_ref(&data));
    let read = everybody(&sql).remove(0);
    let mut expected = object(&data).clone();
    expected.insert("email".to_owned(), read.data["email"].clone());
    assert_eq!(Value::Object(read.data), Value::Object(expected));
}

#[test]
fn every_match_key_finds_its_holders_in_pages() {
    let world = World::new();
    let sql = world.connect();
    let all = people(&sql, 60);
    let database = definitions(&sql, PEOPLE).database.clone();
    let holders = |key: &MatchKey| -> Vec<ProfileId> {
        let held = |one: &&Profile| profile_keys(one, &database).iter().any(|(k, _)| k == key);
        all.iter().filter(held).map(|one| one.id).collect()
    };
    let read = |key: &MatchKey, after: i64, limit: i64| -> Vec<ProfileId> {
        let found = block_on(by_key(&sql, database.id, key, after, most(limit))).unwrap();
        found.profiles.iter().map(|one| one.id).collect()
    };
    for profile in &all {
        for (key, _) in profile_keys(profile, &database) {
            let expected = holders(&key);
            assert_eq!(read(&key, 0, 1000), expected, "{key:?}");
            let mut joined = Vec::new();
            loop {
                let after = joined.last().map_or(0, |id: &ProfileId| id.pk());
                let page = read(&key, after, 7);
                if page.is_empty() {
                    break;
                }
                joined.extend(page);
            }
            assert_eq!(joined, expected, "{key:?}");
        }
    }
    let nobody = MatchKey {
        kind: 1,
        value: "nobody@example.org".to_owned(),
    };
    let found = block_on(by_key(&sql, database.id, &nobody, 0, most(10))).unwrap();
    assert!(found.profiles.is_empty());
    assert_eq!(found.version, definitions(&sql, PEOPLE).version);
}

#[test]
fn pages_of_a_database_join_to_the_whole_while_it_grows() {
    let world = World::new();
    let sql = world.connect();
    let all = people(&sql, 50);
    let mut joined: Vec<Profile> = Vec::new();
    loop {
        let after = joined.last().map_or(0, |one| one.id.pk());
        let found = block_on(page(&sql, database_id(PEOPLE), after, most(9))).unwrap();
        assert_eq!(found.version, definitions(&sql, PEOPLE).version);
        if found.profiles.is_empty() {
            break;
        }
        joined.extend(found.profiles);
        if joined.len() == 9 {
            fill(&sql, PEOPLE, &[json!({"email": "late@example.org"})]);
        }
    }
    assert_eq!(joined.pop(), Some(who(&sql, "late@example.org")));
    assert_eq!(joined, all);
    let nowhere = DatabaseId::new(99).unwrap();
    let found = block_on(page(&sql, nowhere, 0, most(9))).unwrap();
    assert!(found.profiles.is_empty());
}

#[test]
fn profiles_by_their_keys_are_those_that_exist() {
    let world = World::new();
    let sql = world.connect();
    let all = people(&sql, 10);
    let found = block_on(many(&sql, &[all[3].id.pk(), 12, all[1].id.pk()])).unwrap();
    let mut ids: Vec<_> = found.iter().map(|one| one.id).collect();
    ids.sort();
    assert_eq!(ids, [all[1].id, all[3].id]);
    assert!(block_on(many(&sql, &[])).unwrap().is_empty());
}

#[test]
fn one_fields_values_come_in_slices_that_join_to_the_whole() {
    let world = World::new();
    let sql = world.connect();
    let all = people(&sql, 40);
    for field in ["points", "tier", "phones", "note"] {
        let expected: Vec<(i64, Value)> = all
            .iter()
            .filter_map(|one| Some((one.id.pk(), one.data.get(field)?.clone())))
            .collect();
        for size in [1, 7, 40, 100] {
            let mut joined = Vec::new();
            let mut from = 0;
            loop {
                let slice = values(&sql, database_id(PEOPLE), field, from, most(size));
                let slice = block_on(slice).unwrap();
                joined.extend(slice.values);
                match slice.next {
                    Some(next) => from = next,
                    None => break,
                }
            }
            assert_eq!(joined, expected, "{field} {size}");
        }
    }
}

/// A page may not grow without end, nor may a row of an answer.
#[test]
fn what_is_read_at_once_is_bounded_by_bytes() {
    let world = World::new();
    let sql = world.connect();
    let large = |place: usize| match place {
        3 => "x".repeat(4000),
        _ => "y".repeat(1000),
    };
    let data: Vec<Value> = (0..12)
        .map(|place| json!({"email": format!("{place}@example.org"), "note": large(place), "tier": "tin"}))
        .collect();
    fill(&sql, PEOPLE, &data);
    let all: Vec<i64> = everybody(&sql).iter().map(|one| one.id.pk()).collect();
    let here = database_id(PEOPLE);
    let tin = everybody(&sql)[0].data.clone();
    assert_eq!(tin["tier"], "tin");
    let most = SizeLimit {
        rows: 100,
        bytes: 2500,
    };
    // Two or three of a thousand bytes, and the large one where it stands.
    let (mut after, mut pages) = (0, Vec::new());
    loop {
        let found = block_on(page(&sql, here, after, most)).unwrap();
        pages.push(found.profiles.len());
        match found.next {
            Some(next) => after = next,
            None => break,
        }
    }
    assert_eq!(pages.iter().sum::<usize>(), 12);
    assert!(
        pages.iter().all(|count| (1..=3).contains(count)),
        "{pages:?}"
    );
    // One that is larger than the bound comes alone.
    let tiny = SizeLimit {
        rows: 100,
        bytes: 1,
    };
    let found = block_on(page(&sql, here, all[2], tiny)).unwrap();
    assert_eq!(found.profiles.len(), 1);
    assert_eq!(found.next, Some(all[3]));
    let last = block_on(page(&sql, here, all[10], tiny)).unwrap();
    assert_eq!((last.profiles.len(), last.next), (1, None));

    let mut rest = &all[..];
    let mut read = Vec::new();
    while !rest.is_empty() {
        let (found, behind) = block_on(first(&sql, rest, 2500)).unwrap();
        assert!((1..=3).contains(&found.len()));
        let mut found: Vec<i64> = found.iter().map(|one| one.id.pk()).collect();
        found.sort_unstable();
        read.extend(found);
        rest = behind;
    }
    assert_eq!(read, all);
    let (none, rest) = block_on(first(&sql, &[12, 13], 1)).unwrap();
    assert!(none.is_empty() && rest.is_empty());

    let (mut from, mut joined, mut slices) = (0, 0, 0);
    loop {
        let slice = block_on(values(&sql, here, "note", from, most)).unwrap();
        joined += slice.values.len();
        slices += 1;
        match slice.next {
            Some(next) => from = next,
            None => break,
        }
    }
    assert_eq!(joined, 12);
    assert!(slices > 4, "{slices}");
}
