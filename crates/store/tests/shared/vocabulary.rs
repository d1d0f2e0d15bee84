//! The vocabulary of search: what is listed, what is dropped, and what searches make of it.

use std::collections::BTreeSet;

use roster_model::search::{document, live_contacts};
use roster_people::Random;
use roster_store::Cell;
use roster_store::search::{pending, vocabulary};
use serde_json::json;

use super::check::check;
use super::searched::{Crowd, term};
use super::world::*;
use crate::engine::Connection;

fn upkeep(sql: &Connection) -> vocabulary::Upkeep {
    block_on(vocabulary::upkeep(sql)).unwrap()
}

fn sweep(sql: &Connection) -> usize {
    let mut sweeps = 0;
    while upkeep(sql).stale {
        block_on(vocabulary::sweep_some(sql)).unwrap();
        sweeps += 1;
        assert!(sweeps < 1000, "a sweep ends");
    }
    sweeps
}

/// The words of everybody's search text.
fn spoken(sql: &Connection) -> BTreeSet<String> {
    let databases = all_databases(sql);
    let mut words = BTreeSet::new();
    for profile in everybody(sql) {
        let database = databases.iter().find(|one| one.id == profile.database);
        let contacts = live_contacts(&profile);
        let document = document(profile.id, &profile.data, contacts, database.unwrap());
        words.extend(document.words());
    }
    words
}

#[test]
fn words_come_with_the_text_and_go_when_nobody_has_them() {
    let world = World::new();
    let sql = world.connect();
    let names = [
        "Luján",
        "Ана-Мария",
        "O'Brien",
        "李小明",
        "Ångström42x",
        "Li",
    ];
    let people: Vec<_> = (0..)
        .zip(names)
        .map(|(n, name)| json!({"email": format!("p{n}@example.org"), "_lname": name}))
        .collect();
    fill(&sql, PEOPLE, &people);
    assert_eq!(vocabulary(&sql), BTreeSet::new());
    block_on(pending::fold_some(&sql)).unwrap();
    let listed = [
        "ана",
        "мария",
        "angstrom",
        "brien",
        "example",
        "lujan",
        "org",
    ];
    assert_eq!(vocabulary(&sql), listed.map(str::to_owned).into());
    assert!(!upkeep(&sql).stale, "nobody's text is gone");

    // A changed name, and somebody who is gone.
    let change = json!({"email": "p0@example.org", "_lname": "Lukas"});
    write(&sql, &import(&definitions(&sql, PEOPLE), &[change]));
    assert!(upkeep(&sql).stale);
    let known = definitions(&sql, PEOPLE);
    let id = who(&sql, "p1@example.org").id;
    let delete = roster_model::write::prepare_delete(id, None, &schema(&known));
    write(&sql, &job(&known, vec![Ok(delete)]));
    // The index has the old text until the new one is taken in.
    block_on(pending::fold_some(&sql)).unwrap();
    assert!(sweep(&sql) > 0);
    let listed = ["angstrom", "brien", "example", "lukas", "org"];
    assert_eq!(vocabulary(&sql), listed.map(str::to_owned).into());
    assert_eq!(sweep(&sql), 0, "a sweep that is over");
    check(&sql);
}

/// As in a file from before the vocabulary: searches find the same people without one, while it
/// is being made, and afterwards.
#[test]
fn profiles_of_before_are_listed_bit_by_bit() {
    let crowd = Crowd::new();
    block_on(pending::fold_some(&crowd.sql)).unwrap();
    let all = vocabulary(&crowd.sql);
    let missing: Vec<_> = spoken(&crowd.sql).difference(&all).cloned().collect();
    assert_eq!(missing, Vec::<String>::new());
    execute(&crowd.sql, "DELETE FROM search_words");
    let newest = crowd.profiles.iter().map(|profile| profile.id.pk()).max();
    let statement = "UPDATE search_vocabulary SET unlisted = ?1";
    rows(
        &crowd.sql,
        statement,
        vec![Cell::Integer(newest.unwrap() + 1)],
    );
    let mut random = Random::new(11);
    let compare = |random: &mut Random| {
        let mut found = 0;
        for _ in 0..40 {
            let person = random.pick(&crowd.people).clone();
            let text = term(&person, random);
            let scope = roster_model::search::Scope::All;
            found += crowd.compare(&text, scope, &[1, 2], 7).unwrap_or_default();
        }
        assert!(found > 0);
    };
    compare(&mut random);
    let mut unlisted = upkeep(&crowd.sql).unlisted;
    let mut slices = 0;
    while let Some(before) = unlisted {
        unlisted = block_on(vocabulary::list_some(&crowd.sql, before)).unwrap();
        assert_eq!(upkeep(&crowd.sql).unlisted, unlisted);
        slices += 1;
    }
    assert!(slices > 1, "{slices}");
    assert_eq!(vocabulary(&crowd.sql), all);
    compare(&mut random);
    // One that was slower than another changes nothing.
    let parameters = vec![Cell::Integer(newest.unwrap())];
    rows(
        &crowd.sql,
        include_str!("../../src/sql/search/listed.sql"),
        parameters,
    );
    assert_eq!(upkeep(&crowd.sql).unlisted, None);
}

/// What takes away the text of many at once makes the vocabulary stale too.
#[test]
fn a_wiped_database_leaves_no_words() {
    let crowd = Crowd::new();
    block_on(pending::fold_some(&crowd.sql)).unwrap();
    within(&crowd.sql, async || {
        roster_store::databases::wipe(&crowd.sql, crowd.databases[0].id, &author()).await
    });
    sweep(&crowd.sql);
    let (kept, spoken) = (vocabulary(&crowd.sql), spoken(&crowd.sql));
    assert!(kept.is_superset(&spoken));
    // The index can't tell a word from the beginning of another.
    for word in kept {
        let begins = spoken.iter().any(|other| other.starts_with(&word));
        assert!(begins, "{word} is nobody's");
    }
    check(&crowd.sql);
}
