//! Quick search against the plain truth.

use std::collections::HashMap;
use std::time::Duration;

use roster_model::search::{Query, Scope, Tier};
use roster_model::{Database, DatabaseId};
use roster_people::Random;
use roster_store::pace::Budget;
use roster_store::search::{Request, pending, search};
use roster_store::{Cell, SoleConnection};
use serde_json::{Value, json};

use super::check::check;
use super::searched::{COUNT, Crowd, term};
use super::world::*;

const SCOPES: [Scope; 4] = [
    Scope::All,
    Scope::All,
    Scope::Profiles,
    Scope::Subscriptions,
];

#[test]
fn pages_of_any_query_join_to_all_that_match_best_first() {
    let crowd = Crowd::new();
    let mut random = Random::new(4);
    let (mut asked, mut hits) = (0, 0);
    for _ in 0..1200 {
        let person = random.pick(&crowd.people).clone();
        let mut text = term(&person, &mut random);
        for _ in 0..random.below(5).saturating_sub(2) {
            text = format!("{text} {}", term(&person, &mut random));
        }
        if random.below(20) == 0 {
            let id = random.pick(&crowd.profiles).id.to_string();
            let from = random.below(22) as usize;
            text = format!("{text} {}", &id[from..]);
        }
        let ids = *random.pick::<&[i64]>(&[&[1, 2][..], &[1, 2], &[1], &[2]]);
        let scope = *random.pick(&SCOPES);
        let limit = *random.pick(&[1, 2, 7, 20, 1000]);
        if let Some(found) = crowd.compare(&text, scope, ids, limit) {
            asked += 1;
            hits += usize::from(found > 0);
        }
    }
    assert!(asked > 800, "only {asked} queries");
    assert!(
        hits * 3 > asked,
        "only {hits} of {asked} queries found somebody"
    );
}

#[test]
fn odd_input_is_text() {
    let crowd = Crowd::new();
    for text in [
        "%%",
        "a%",
        "_",
        "__",
        "***",
        "ma*",
        "\"",
        "\"\"\"",
        "\"ma",
        "NEAR(ma mi)",
        "ma OR mi",
        "ma AND",
        "NOT ma",
        "profile:ma",
        "contacts : ma",
        "{profile}:ma",
        "-ma",
        "^ma",
        "ma\0mi",
        "'; DROP TABLE profiles; --",
        "\u{1}ma",
        "email:",
        ":ma",
        "email:\"",
        "tier:*",
        "points:1e999",
        "points:--",
        "_status:99",
        "_bdate:9999-99-99",
        "\u{202e}ma",
        "🙂🙂",
        "ß",
        "ﬁﬁ",
        "İİ",
        "\\",
        "phones:+",
        "phones:(",
        "+",
        "()--",
        "labels:\"a\"b\"",
    ] {
        for scope in SCOPES {
            for ids in [&[1, 2][..], &[2], &[]] {
                crowd.compare(text, scope, ids, 20);
            }
        }
    }
    assert_eq!(crowd.profiles.len() as u64, COUNT);
}

#[test]
fn a_whole_address_phone_contact_or_id_comes_first() {
    let crowd = Crowd::new();
    let all = [1, 2];
    for person in crowd.people.iter().step_by(4) {
        let email = Value::from(person.email.as_str());
        let owner = crowd
            .profiles
            .iter()
            .find(|one| one.data["email"] == email)
            .unwrap();
        let texts = [
            person.email.clone(),
            person.email.to_uppercase(),
            person.phone.clone(),
            format!("00{}", &person.phone[1..]),
            owner.id.to_string(),
            (70_000 + person.number).to_string(),
        ];
        for text in texts {
            let query = crowd.query(&text, &crowd.visible(&all)).unwrap();
            let first = crowd.page(&query, Scope::All, &all, 5, None).hits.remove(0);
            assert_eq!(
                (first.0.id, first.1.tier),
                (owner.id, Tier::Exact),
                "{text}"
            );
        }
    }
}

#[test]
fn a_part_of_an_id_finds_its_profile() {
    let crowd = Crowd::new();
    for profile in crowd.profiles.iter().step_by(29) {
        let id = profile.id.to_string();
        let name = profile.data["_lname"].as_str().unwrap();
        for text in [&id[3..], &id[8..20], &id[..23], &format!("{id} {name}")] {
            let query = crowd.query(text, &crowd.visible(&[1, 2])).unwrap();
            let found = crowd.found(&query, Scope::Profiles, &[1, 2], 10);
            assert!(found.iter().any(|(id, _)| *id == profile.id), "{text}");
        }
    }
}

#[test]
fn a_database_that_may_not_be_seen_is_never_found() {
    let crowd = Crowd::new();
    for profile in crowd.profiles.iter().step_by(17) {
        let other = if profile.database.get() == PEOPLE {
            OTHERS
        } else {
            PEOPLE
        };
        for text in [
            profile.id.to_string(),
            profile.data["email"].as_str().unwrap().to_owned(),
        ] {
            let query = crowd.query(&text, &crowd.visible(&[other])).unwrap();
            assert!(crowd.found(&query, Scope::All, &[other], 10).is_empty());
            assert!(crowd.found(&query, Scope::All, &[], 10).is_empty());
            assert_eq!(
                crowd
                    .found(&query, Scope::All, &[profile.database.get()], 10)
                    .len(),
                1
            );
        }
    }
}

#[test]
fn definitions_that_are_no_longer_true_give_no_answer() {
    let crowd = Crowd::new();
    let databases = crowd.visible(&[1, 2]);
    for text in ["ma", "mar", "points:3", "labels:vip", "_status:1", "note:a"] {
        let query = crowd.query(text, &databases).unwrap();
        let request = Request {
            query: &query,
            scope: Scope::All,
            databases: &databases,
            all: true,
            version: crowd.version - 1,
            limit: 10,
            bytes: roster_store::pace::PAGE_BYTES,
            budget: Budget::new(Duration::from_secs(3600)),
            after: None,
        };
        assert!(
            block_on(search(&SoleConnection(&crowd.sql), &request))
                .unwrap()
                .is_none(),
            "{text}"
        );
    }
}

#[test]
fn who_is_new_or_changed_or_gone_is_found_so_at_once() {
    for folds in [false, true] {
        changes_are_found(folds);
    }
}

fn changes_are_found(folds: bool) {
    let world = World::new();
    let sql = world.connect();
    let known = definitions(&sql, PEOPLE);
    let databases = all_databases(&sql);
    let databases: HashMap<DatabaseId, &Database> = databases
        .iter()
        .map(|database| (database.id, database))
        .collect();
    let found = |text: &str| -> usize {
        let query = Query::parse(text, |name| name == "tier").unwrap();
        let request = Request {
            query: &query,
            scope: Scope::All,
            databases: &databases,
            all: true,
            version: known.version,
            limit: 10,
            bytes: roster_store::pace::PAGE_BYTES,
            budget: Budget::new(Duration::from_secs(3600)),
            after: None,
        };
        block_on(search(&SoleConnection(&sql), &request))
            .unwrap()
            .unwrap()
            .hits
            .len()
    };
    let fold = || {
        if folds {
            block_on(pending::fold_some(&sql)).unwrap();
        }
    };
    assert_eq!(found("luján"), 0);
    write(
        &sql,
        &import(
            &known,
            &[json!({"email": "a@example.org", "_lname": "Luján", "tier": "gold"})],
        ),
    );
    fold();
    assert_eq!(
        (
            found("lujan"),
            found("LUJÁ"),
            found("lu"),
            found("uja"),
            found("tier:gold")
        ),
        (1, 1, 1, 1, 1)
    );
    write(
        &sql,
        &import(
            &known,
            &[json!({"email": "a@example.org", "_lname": "Иван", "tier": null})],
        ),
    );
    assert_eq!(
        (
            found("lujan"),
            found("lu"),
            found("иван"),
            found("tier:gold")
        ),
        (0, 0, 1, 0)
    );
    fold();
    let id = who(&sql, "a@example.org").id;
    let delete = roster_model::write::prepare_delete(id, None, &schema(&known));
    write(&sql, &job(&known, vec![Ok(delete)]));
    assert_eq!(
        (
            found("иван"),
            found("a@example.org"),
            found(&id.to_string())
        ),
        (0, 0, 0)
    );
}

#[test]
fn what_waits_is_taken_into_the_index_when_it_is_enough() {
    let world = World::new();
    let sql = world.connect();
    let waiting = || rows(&sql, "SELECT count(*) FROM search_pending", vec![])[0][0].clone();
    let indexed = || rows(&sql, "SELECT count(*) FROM search_docsize", vec![])[0][0].clone();
    let people = |numbers: std::ops::Range<i64>| {
        let people = numbers.map(|n| json!({"email": format!("p{n}@example.org")}));
        people.collect::<Vec<_>>()
    };
    fill(&sql, PEOPLE, &people(0..300));
    block_on(pending::fold_if_enough(&sql, 300)).unwrap();
    assert_eq!([waiting(), indexed()], [300, 0].map(Cell::Integer));
    // Who writes many sees to it; some wait on, so that nobody waits long for the lock.
    fill(&sql, PEOPLE, &people(300..600));
    assert_eq!([waiting(), indexed()], [88, 512].map(Cell::Integer));
    block_on(pending::fold_some(&sql)).unwrap();
    assert_eq!([waiting(), indexed()], [0, 600].map(Cell::Integer));
    // The same person again waits alone.
    let change = json!({"email": "p7@example.org", "_lname": "Luján"});
    write(&sql, &import(&definitions(&sql, PEOPLE), &[change]));
    assert_eq!([waiting(), indexed()], [1, 600].map(Cell::Integer));
    block_on(pending::fold_some(&sql)).unwrap();
    assert_eq!([waiting(), indexed()], [0, 600].map(Cell::Integer));
    // However many are written at once, about as many are taken in.
    let known = definitions(&sql, PEOPLE);
    write(&sql, &import(&known, &people(600..3000)));
    assert_eq!([waiting(), indexed()], [352, 2648].map(Cell::Integer));
    check(&sql);
}

/// More than one request looks through: it answers with what it has and where
/// to go on.
#[test]
fn a_walk_through_very_many_goes_on_in_the_next_request() {
    let world = World::new();
    let sql = world.connect();
    execute(
        &sql,
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 230000)
         INSERT INTO profiles (pk, database_id, revision, status, created_at, updated_at, data)
         SELECT i, 1, 1, 0, 1, 1, iif(i % 100000 = 7, '{\"points\":5}', '{\"points\":6}') FROM n",
    );
    let known = definitions(&sql, PEOPLE);
    let databases: HashMap<DatabaseId, &Database> = [(known.database.id, &known.database)].into();
    let query = Query::parse("points:5", |name| name == "points").unwrap();
    let (mut found, mut requests, mut after) = (Vec::new(), 0, None);
    loop {
        let request = Request {
            query: &query,
            scope: Scope::All,
            databases: &databases,
            all: false,
            version: known.version,
            limit: 2,
            bytes: roster_store::pace::PAGE_BYTES,
            budget: Budget::new(Duration::from_secs(3600)),
            after,
        };
        let page = block_on(search(&SoleConnection(&sql), &request))
            .unwrap()
            .unwrap();
        found.extend(page.hits.iter().map(|(profile, _)| profile.id.pk()));
        requests += 1;
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(found, [200_007, 100_007, 7]);
    assert!((2..10).contains(&requests), "{requests} requests");
}
