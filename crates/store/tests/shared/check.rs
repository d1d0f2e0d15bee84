//! Recomputes from the profiles everything that is kept beside them, and
//! compares.

use std::collections::{BTreeMap, BTreeSet};

use roster_model::search::document;
use roster_model::{Database, DatabaseId, Profile, profile_keys};
use roster_store::{Cell, Sql};
use serde_json::{Map, Value};

use super::world::{FOLD_ALL, all_databases, everybody, execute, rows, vocabulary};

/// Panics unless keys, subscriptions, counters, search index and history are
/// what the profiles say.
pub fn check(sql: &impl Sql) {
    check_but_history(sql);
    history(sql, &everybody(sql));
}

/// The same without history, which tells of a changed definition in one entry
/// for the database and not for each profile.
pub fn check_but_history(sql: &impl Sql) {
    let databases: BTreeMap<DatabaseId, Database> = all_databases(sql)
        .into_iter()
        .map(|database| (database.id, database))
        .collect();
    let profiles = everybody(sql);
    keys(sql, &profiles, &databases);
    subscriptions(sql, &profiles);
    counts(sql, &profiles);
    members(sql, &profiles);
    suppressed(sql);
    search(sql, &profiles, &databases);
    for pragma in ["PRAGMA integrity_check", "PRAGMA foreign_key_check"] {
        let found = rows(sql, pragma, vec![]);
        assert!(
            found.is_empty() || found == [[Cell::from("ok")]],
            "{found:?}"
        );
    }
}

fn integers<const N: usize>(sql: &impl Sql, statement: &str) -> BTreeSet<[i64; N]> {
    let number = |cell: &Cell| match cell {
        Cell::Integer(number) => *number,
        other => panic!("{statement}: {other:?}"),
    };
    let all = rows(sql, statement, vec![]);
    let all: Vec<[i64; N]> = all
        .iter()
        .map(|row| std::array::from_fn(|index| number(&row[index])))
        .collect();
    let distinct: BTreeSet<[i64; N]> = all.iter().copied().collect();
    assert_eq!(distinct.len(), all.len(), "{statement} repeats a row");
    distinct
}

fn text(cell: &Cell) -> &str {
    match cell {
        Cell::Text(text) => text,
        other => panic!("{other:?} is no text"),
    }
}

fn keys(sql: &impl Sql, profiles: &[Profile], databases: &BTreeMap<DatabaseId, Database>) {
    let mut expected = BTreeSet::new();
    for profile in profiles {
        let (database, pk) = (profile.database.get(), profile.id.pk());
        for (key, unique) in profile_keys(profile, &databases[&profile.database]) {
            let slot = if unique { 0 } else { pk };
            let new = expected.insert((database, key.kind, key.value.clone(), slot, pk));
            assert!(new, "{key:?} twice in one profile");
        }
    }
    let stored = rows(
        sql,
        "SELECT json_array(database_id, kind, value, slot, profile) FROM match_keys",
        vec![],
    );
    let stored: BTreeSet<(i64, i64, String, i64, i64)> = stored
        .iter()
        .map(|row| serde_json::from_str(text(&row[0])).unwrap())
        .collect();
    assert_eq!(stored, expected, "match keys");
}

fn subscriptions(sql: &impl Sql, profiles: &[Profile]) {
    let mut expected = BTreeSet::new();
    for profile in profiles {
        for (place, one) in profile.subscriptions.iter().enumerate() {
            let contact = &one.contact;
            expected.insert((
                (profile.id.pk(), one.resource.get()),
                (contact.channel().code(), contact.key().into_owned()),
                (profile.database.get(), one.status.number()),
                (i64::from(one.deleted), place as i64),
            ));
        }
    }
    let stored = rows(
        sql,
        "SELECT json_array(json_array(profile, resource_id), json_array(channel, contact),
                           json_array(database_id, status), json_array(deleted, place))
         FROM subscriptions",
        vec![],
    );
    let stored = stored
        .iter()
        .map(|row| serde_json::from_str(text(&row[0])).unwrap())
        .collect();
    assert_eq!(expected, stored, "subscriptions");
}

fn counts(sql: &impl Sql, profiles: &[Profile]) {
    let mut expected: BTreeMap<[i64; 2], i64> = BTreeMap::new();
    let mut subscribed: BTreeMap<[i64; 4], i64> = BTreeMap::new();
    for profile in profiles {
        let database = profile.database.get();
        *expected
            .entry([database, profile.status.number()])
            .or_default() += 1;
        for one in profile.subscriptions.iter().filter(|one| !one.deleted) {
            let (resource, channel) = (one.resource.get(), one.contact.channel().code());
            let place = [resource, database, channel, one.status.number()];
            *subscribed.entry(place).or_default() += 1;
        }
    }
    let expected: BTreeSet<[i64; 3]> = expected.into_iter().map(|([a, b], n)| [a, b, n]).collect();
    let stored = integers(
        sql,
        "SELECT database_id, status, count FROM profile_counts WHERE count <> 0",
    );
    assert_eq!(stored, expected, "profile counters");
    let subscribed = subscribed.into_iter();
    let subscribed: BTreeSet<[i64; 5]> = subscribed
        .map(|([a, b, c, d], n)| [a, b, c, d, n])
        .collect();
    let stored = integers(
        sql,
        "SELECT resource_id, database_id, channel, status, count FROM subscription_counts
         WHERE count <> 0",
    );
    assert_eq!(stored, subscribed, "subscription counters");
}

/// Anyone who is in a segment is a profile of its database, and a segment counts
/// those who are in it.
fn members(sql: &impl Sql, profiles: &[Profile]) {
    let databases: BTreeMap<i64, i64> = profiles
        .iter()
        .map(|one| (one.id.pk(), one.database.get()))
        .collect();
    let mut expected: BTreeMap<i64, i64> = BTreeMap::new();
    let statement = "SELECT segment_id, profile, coalesce(database_id, 0) FROM segment_members
                     LEFT JOIN segments ON segments.id = segment_id";
    for [segment, profile, database] in integers(sql, statement) {
        let of = databases.get(&profile);
        assert_eq!(of, Some(&database), "{profile} in segment {segment}");
        *expected.entry(segment).or_default() += 1;
    }
    for [segment, count] in integers(sql, "SELECT id, members FROM segments") {
        let counted = expected.get(&segment).copied().unwrap_or_default();
        assert_eq!(count, counted, "members of segment {segment}");
    }
}

/// A suppression list counts its entries and knows what kinds of them it has.
fn suppressed(sql: &impl Sql) {
    let statement = "SELECT id, entries, forms & 511 FROM suppression_lists";
    for [list, entries, forms] in integers(sql, statement) {
        let statement = format!(
            "SELECT count(*), coalesce(sum(~{forms} >> ((kind - 1) * 3 + form) & 1), 0)
             FROM suppression_entries WHERE list_id = {list}"
        );
        let [[counted, unknown]] = Vec::from_iter(integers(sql, &statement))[..] else {
            panic!("no count");
        };
        assert_eq!((entries, 0), (counted, unknown), "entries of list {list}");
    }
}

/// Every trigram of every document finds its document and no other; trigrams
/// that only former documents had find nothing.
fn search(sql: &impl Sql, profiles: &[Profile], databases: &BTreeMap<DatabaseId, Database>) {
    let mut expected: BTreeMap<(&str, String), BTreeSet<[i64; 1]>> = BTreeMap::new();
    let mut spoken = BTreeSet::new();
    for profile in profiles {
        let live = profile.subscriptions.iter().filter(|one| !one.deleted);
        let contacts = live.map(|one| &one.contact);
        let document = document(
            profile.id,
            &profile.data,
            contacts,
            &databases[&profile.database],
        );
        spoken.extend(document.words());
        for (column, text) in [
            ("profile", document.profile),
            ("contacts", document.contacts),
        ] {
            let characters: Vec<char> = text.chars().collect();
            // Those across two values, which a line break parts, don't count.
            for trigram in characters.windows(3).filter(|three| !three.contains(&'\n')) {
                let place = (column, trigram.iter().collect());
                expected.entry(place).or_default().insert([profile.id.pk()]);
            }
        }
    }
    let pks: BTreeSet<[i64; 1]> = profiles.iter().map(|profile| [profile.id.pk()]).collect();
    let pending = integers(sql, "SELECT pk FROM search_pending");
    assert!(pending.is_subset(&pks), "documents that wait");
    execute(sql, FOLD_ALL);
    assert_eq!(
        integers(sql, "SELECT -rowid FROM search ORDER BY 1"),
        pks,
        "documents"
    );
    let unlisted = "SELECT 1 FROM search_vocabulary WHERE unlisted IS NOT NULL";
    if rows(sql, unlisted, vec![]).is_empty() {
        let listed = vocabulary(sql);
        let missing: Vec<_> = spoken.difference(&listed).collect();
        assert!(
            missing.is_empty(),
            "words not in the vocabulary: {missing:?}"
        );
    }

    let statement =
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab(main, search, col)";
    rows(sql, statement, vec![]);
    let terms = "SELECT term, col FROM terms WHERE instr(term, char(10)) = 0";
    for row in rows(sql, terms, vec![]) {
        let column = match text(&row[1]) {
            "profile" => "profile",
            _ => "contacts",
        };
        expected
            .entry((column, text(&row[0]).to_owned()))
            .or_default();
    }
    for ((column, trigram), holders) in expected {
        let quoted = trigram.replace('"', "\"\"");
        let condition = format!("{{{column}}} : \"{quoted}\"");
        let found = rows(
            sql,
            "SELECT -rowid FROM search WHERE search MATCH ?1",
            vec![Cell::Text(condition)],
        );
        let found: BTreeSet<[i64; 1]> = found
            .iter()
            .map(|row| match row[0] {
                Cell::Integer(pk) => [pk],
                _ => [0],
            })
            .collect();
        assert_eq!(found, holders, "{trigram:?} in {column}");
    }
}

/// One entry for each revision, and together they tell how the profile came to
/// be what it is. Of who is gone only the deletion is told.
fn history(sql: &impl Sql, profiles: &[Profile]) {
    let stored = rows(
        sql,
        "SELECT profile, kind, at, database_id, changes FROM history WHERE profile <> 0 ORDER BY id",
        vec![],
    );
    let mut by_profile: BTreeMap<i64, Vec<&Vec<Cell>>> = BTreeMap::new();
    for row in &stored {
        let Cell::Integer(pk) = row[0] else {
            panic!("{row:?}");
        };
        by_profile.entry(pk).or_default().push(row);
    }
    for profile in profiles {
        let entries = by_profile.remove(&profile.id.pk()).unwrap_or_default();
        assert_eq!(entries.len() as i64, profile.revision, "{profile:?}");
        assert_eq!(entries[0][2], Cell::Integer(profile.created_at.ms()));
        let last = entries.last().unwrap();
        assert_eq!(last[2], Cell::Integer(profile.updated_at.ms()));
        let mut replayed: Map<String, Value> = Map::new();
        for (index, entry) in entries.iter().enumerate() {
            let kind = if index == 0 { "created" } else { "updated" };
            assert_eq!(text(&entry[1]), format!("profile.{kind}"));
            assert_eq!(entry[3], Cell::Integer(profile.database.get()));
            replay(&mut replayed, text(&entry[4]));
        }
        let mut now = profile.data.clone();
        now.insert("_status".to_owned(), profile.status.as_str().into());
        for one in &profile.subscriptions {
            now.insert(one.history_field(), one.to_history());
        }
        assert_eq!(replayed, now, "history of {}", profile.id);
    }
    for (pk, entries) in by_profile {
        let kinds: Vec<&str> = entries.iter().map(|entry| text(&entry[1])).collect();
        assert_eq!(kinds.last(), Some(&"profile.deleted"), "{pk}: {kinds:?}");
    }
}

fn replay(state: &mut Map<String, Value>, changes: &str) {
    let changes: Vec<Vec<Value>> = serde_json::from_str(changes).unwrap();
    for change in changes {
        let (field, recorded, after) = match change.as_slice() {
            [field, after] => (field, &Value::Null, after),
            [field, before, after] => (field, before, after),
            other => panic!("{other:?}"),
        };
        let field = field.as_str().unwrap().to_owned();
        // These tell of the contact, no matter who has it.
        if field.starts_with("standing/") {
            continue;
        }
        let before = state.remove(&field).unwrap_or_default();
        assert_eq!(before, *recorded, "{field} before");
        if !after.is_null() {
            state.insert(field, after.clone());
        }
    }
}
