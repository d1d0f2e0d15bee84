//! Suppression lists: settings, entries by every way in and out, and what is told
//! of them.

use roster_model::suppression::{
    Entry, EntryHints, Form, Forms, GLOBAL, Kind, Suppression, SuppressionSettings, keys,
};
use roster_model::{Contact, Email, SuppressionId};
use roster_store::suppressions::changes::{self, AddCounts, ChangeContext, SLICE};
use roster_store::suppressions::entries::{self, EntryFilter, EntryRow};
use roster_store::suppressions::history::{self, Action};
use roster_store::suppressions::{self, AttachedList, SuppressionRow};
use roster_store::{Cell, Sql, catalogue};
use serde_json::{Value, json};

use super::check::check;
use super::world::*;
use crate::engine::Connection;

fn list_id(id: i64) -> SuppressionId {
    SuppressionId::new(id).unwrap()
}

fn found(sql: &Connection, id: i64) -> SuppressionRow {
    block_on(suppressions::get(sql, list_id(id)))
        .unwrap()
        .unwrap()
}

fn make(sql: &Connection, settings: &Value) -> Option<Suppression> {
    let settings = SuppressionSettings::create(settings).unwrap();
    let made = within(sql, async || {
        suppressions::create(sql, settings, &author()).await
    });
    made.map(|made| made.list)
}

fn entries(texts: &[&str]) -> Vec<Entry> {
    let read = |text: &&str| Entry::parse(text, &EntryHints::default()).unwrap();
    texts.iter().map(read).collect()
}

fn why(action: Action, reason: &str) -> ChangeContext<'_> {
    ChangeContext {
        action,
        reason,
        author: author(),
    }
}

/// How many were added, updated, repeated.
fn add(sql: &Connection, list: i64, texts: &[&str], reason: &str) -> (usize, usize, usize) {
    let mut list = found(sql, list).list;
    let all = entries(texts);
    let AddCounts {
        added,
        updated,
        repeated,
    } = within(sql, async || {
        changes::add(sql, &mut list, &all, "api", &why(Action::Added, reason)).await
    });
    assert_eq!(list, found(sql, list.id.get()).list, "what add knows of it");
    (added, updated, repeated)
}

fn remove(sql: &Connection, list: i64, keys: &[&str]) -> usize {
    let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
    within(sql, async || {
        changes::remove(sql, list_id(list), &keys, &why(Action::Removed, "asked")).await
    })
}

/// The keys of a page.
fn page(sql: &Connection, asked: &EntryFilter, after: Option<&str>, limit: i64) -> String {
    let page = block_on(entries::page(sql, list_id(GLOBAL), asked, after, limit)).unwrap();
    let keys: Vec<&str> = page.iter().map(|kept| &*kept.entry.key).collect();
    keys.join(" ")
}

fn version(sql: &Connection) -> i64 {
    block_on(catalogue::version(sql)).unwrap()
}

fn newest(sql: &Connection) -> (String, Value) {
    let statement =
        "SELECT kind, changes FROM history WHERE database_id = 0 ORDER BY id DESC LIMIT 1";
    let mut found = block_on(sql.query(statement, vec![])).unwrap();
    let changes = found[0].text(1).unwrap();
    (
        found[0].text(0).unwrap(),
        serde_json::from_str(&changes).unwrap(),
    )
}

#[test]
fn the_global_list_is_there_and_holds_for_every_database() {
    let world = World::new();
    let sql = world.connect();
    let global = found(&sql, GLOBAL);
    assert!(global.list.is_global && global.revision == 1 && global.list.entries == 0);
    assert!(global.list.created_at.ms() > START / 2);
    for database in [PEOPLE, OTHERS, 999] {
        let attached = block_on(suppressions::attached(&sql, database_id(database))).unwrap();
        let forms = Forms::NONE;
        assert_eq!(
            attached,
            [AttachedList {
                list: list_id(GLOBAL),
                name: "Global".to_owned(),
                forms
            }]
        );
    }
    // It can't be deleted, and no other can be global.
    within(&sql, async || {
        suppressions::delete(&sql, &global.list, 0, &author()).await
    });
    assert_eq!(found(&sql, GLOBAL), global);
    let second = "UPDATE suppression_lists SET is_global = 1 WHERE id = 2";
    make(&sql, &json!({"name": "Two"})).unwrap();
    assert!(block_on(sql.query(second, vec![])).is_err());
}

#[test]
fn a_list_is_made_changed_and_deleted_as_definitions_are() {
    let world = World::new();
    let sql = world.connect();
    let before = version(&sql);
    let settings = json!({"name": "Bounces", "description": "hard", "databases": ["1", "2"]});
    let made = make(&sql, &settings).unwrap();
    assert_eq!((made.id, version(&sql)), (list_id(2), before + 1));
    assert_eq!(found(&sql, 2).list, made);
    assert_eq!(
        newest(&sql),
        (
            "suppression.created".to_owned(),
            json!([{"field": "suppressions/2", "before": null, "after": settings}])
        )
    );
    assert_eq!(make(&sql, &settings), None);
    let count = |databases: &[i64]| {
        let databases: Vec<_> = databases.iter().map(|id| database_id(*id)).collect();
        block_on(suppressions::count(&sql, &databases))
    };
    assert_eq!(count(&[]), Ok(1), "the global one");
    assert_eq!(
        (count(&[1]), count(&[3, 2]), count(&[3])),
        (Ok(1), Ok(1), Ok(0))
    );
    assert_eq!(
        block_on(suppressions::named(&sql, "Bounces")),
        Ok(Some(made.id))
    );
    let holding = |database| {
        let attached = block_on(suppressions::attached(&sql, database_id(database))).unwrap();
        attached
            .iter()
            .map(|one| one.list.get())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (holding(1), holding(2), holding(12)),
        (vec![1, 2], vec![1, 2], vec![1])
    );

    // A name is nothing that writers must know; a database is.
    let change = |patch: Value| {
        let before = found(&sql, 2).list;
        let settings = before.settings.patch(&patch, false).unwrap();
        within(&sql, async || {
            suppressions::update(&sql, &before, &settings, &author()).await
        })
    };
    assert_eq!(
        (change(json!({"name": "B"})), version(&sql)),
        (2, before + 1)
    );
    assert_eq!(
        (change(json!({"databases": ["2"]})), version(&sql)),
        (3, before + 2)
    );
    assert_eq!((holding(1), holding(2)), (vec![1], vec![1, 2]));
    let (kind, changes) = newest(&sql);
    assert_eq!(kind, "suppression.updated");
    assert_eq!(changes[0]["field"], "suppressions/2/databases");

    let nobody = make(&sql, &json!({"name": "Nobody's"})).unwrap().id.get();
    let both = [database_id(1), database_id(2)];
    let of = |only: Option<&[_]>, after| {
        let page = block_on(suppressions::page(&sql, after, 9, only)).unwrap();
        page.iter().map(|one| one.list.id.get()).collect::<Vec<_>>()
    };
    assert_eq!(
        (of(None, 0), of(None, 1)),
        (vec![1, 2, nobody], vec![2, nobody])
    );
    assert_eq!(
        (of(Some(&both[..1]), 0), of(Some(&both), 0)),
        (vec![1], vec![1, 2])
    );

    let left = tick();
    block_on(suppressions::leave(&sql, both[1], left)).unwrap();
    let now = found(&sql, 2);
    assert_eq!((now.revision, now.list.updated_at), (4, left));
    assert_eq!(now.list.databases, []);

    add(&sql, 2, &["a@x.org"], "");
    let list = found(&sql, 2).list;
    within(&sql, async || {
        let gone = changes::forget_slice(&sql, list.id, "").await?;
        assert_eq!(gone.map(|gone| gone.removed), Some(1));
        suppressions::delete(&sql, &list, 1, &author()).await
    });
    assert_eq!(block_on(suppressions::get(&sql, list.id)), Ok(None));
    assert_eq!(
        newest(&sql),
        (
            "suppression.deleted".to_owned(),
            json!([{"field": "suppressions/2", "before": {"name": "B", "description": "hard", "databases": [], "entries": 1}, "after": null}])
        )
    );
    for table in ["suppression_entries", "suppression_history"] {
        let left = rows(&sql, &format!("SELECT count(*) FROM {table}"), vec![]);
        assert_eq!(left, [[Cell::Integer(0)]], "{table}");
    }
    // An id is not given again.
    assert!(make(&sql, &json!({"name": "B"})).unwrap().id.get() > nobody);
    check(&sql);
}

#[test]
fn entries_are_added_once_and_counted() {
    let world = World::new();
    let sql = world.connect();
    let before = version(&sql);
    assert_eq!(add(&sql, GLOBAL, &[], ""), (0, 0, 0));
    assert_eq!(
        add(&sql, GLOBAL, &["b@x.org", "A@x.org", "a@X.org"], "bounce"),
        (2, 0, 1)
    );
    // Writers learn of the first e-mail, and of no other.
    assert_eq!(version(&sql), before + 1);
    assert_eq!(add(&sql, GLOBAL, &["a@x.org", "c@x.org"], ""), (1, 0, 1));
    assert_eq!(version(&sql), before + 1);
    let kept = |key: &str| -> EntryRow {
        let (lists, keys) = ([list_id(GLOBAL)], [key.to_owned()]);
        block_on(entries::find(&sql, &lists, &keys))
            .unwrap()
            .remove(0)
    };
    let first = kept("a@x.org");
    assert_eq!((&*first.reason, &*first.source), ("bounce", "api"));
    // Another reason is news, none is not.
    assert_eq!(
        add(&sql, GLOBAL, &["a@x.org", "b@x.org"], "complaint"),
        (0, 2, 0)
    );
    let second = kept("a@x.org");
    assert!(second.at > first.at && second.reason == "complaint");
    assert_eq!(add(&sql, GLOBAL, &["a@x.org"], "complaint"), (0, 0, 1));
    assert_eq!(kept("a@x.org"), second);

    assert_eq!(add(&sql, GLOBAL, &["@x.org", "+4930901820"], ""), (2, 0, 0));
    assert_eq!(version(&sql), before + 2);
    assert_eq!(add(&sql, GLOBAL, &["*.x.org"], ""), (0, 1, 0));
    assert_eq!(version(&sql), before + 3);
    // Adding never makes an entry mean less.
    assert_eq!(add(&sql, GLOBAL, &["@x.org"], ""), (0, 0, 1));
    assert!(kept("x.org").entry.subdomains);
    let md5 = Form::Md5.of("d@x.org");
    assert_eq!(add(&sql, GLOBAL, &[&md5], ""), (1, 0, 0));
    let totals = block_on(entries::totals(&sql, list_id(GLOBAL))).unwrap();
    let some: Vec<_> = totals.by_form.iter().filter(|(.., n)| *n > 0).collect();
    assert_eq!(
        some,
        [
            &(Kind::Email, Form::Plain, 3),
            &(Kind::Email, Form::Md5, 1),
            &(Kind::Domain, Form::Plain, 1),
            &(Kind::Phone, Form::Plain, 1)
        ]
    );
    assert_eq!(totals.subdomains, 1);
    assert_eq!(found(&sql, GLOBAL).list.entries, 6);
    assert_eq!(found(&sql, GLOBAL).revision, 1);
    check(&sql);
}

#[test]
fn a_contact_is_found_on_several_lists_at_once() {
    let world = World::new();
    let sql = world.connect();
    make(&sql, &json!({"name": "Two", "databases": ["1"]})).unwrap();
    add(&sql, GLOBAL, &["*.x.org", "ann@news.x.org"], "");
    add(&sql, 2, &[&Form::Sha256.of("ann@news.x.org"), "@x.org"], "");
    let attached = block_on(suppressions::attached(&sql, database_id(PEOPLE))).unwrap();
    let lists: Vec<SuppressionId> = attached.iter().map(|one| one.list).collect();
    let forms = attached
        .iter()
        .fold(Forms::NONE, |all, one| all.with(one.forms));
    let hits = |address: &str| {
        let contact = Contact::Email(Email::parse(address).unwrap());
        let found = block_on(entries::find(&sql, &lists, &keys(&contact, forms))).unwrap();
        let hits = found.iter().filter(|kept| kept.entry.hits(&contact));
        hits.map(|kept| format!("{} {}", kept.list, kept.entry.kind))
            .collect::<Vec<_>>()
            .join(", ")
    };
    assert_eq!(hits("ann@news.x.org"), "1 email, 1 domain, 2 email");
    assert_eq!(hits("ben@news.x.org"), "1 domain");
    assert_eq!(hits("ben@x.org"), "1 domain, 2 domain");
    assert_eq!(hits("ben@y.org"), "");
    assert_eq!(
        block_on(entries::find(&sql, &[], &["x.org".to_owned()])),
        Ok(vec![])
    );
}

#[test]
fn entries_come_in_pages_by_key() {
    let world = World::new();
    let sql = world.connect();
    let texts = [
        "+4930901820",
        "a@x.org",
        "ab@x.org",
        "a@x.org.example",
        "b@x.org",
        "@abc.org",
    ];
    add(&sql, GLOBAL, &texts, "");
    let all = EntryFilter::default();
    assert_eq!(
        page(&sql, &all, None, 9),
        "+4930901820 a@x.org a@x.org.example ab@x.org abc.org b@x.org"
    );
    assert_eq!(page(&sql, &all, None, 2), "+4930901820 a@x.org");
    assert_eq!(
        page(&sql, &all, Some("a@x.org"), 2),
        "a@x.org.example ab@x.org"
    );
    assert_eq!(page(&sql, &all, Some("b@x.org"), 2), "");
    let beginning = EntryFilter {
        kind: None,
        prefix: "a".to_owned(),
    };
    assert_eq!(
        page(&sql, &beginning, None, 9),
        "a@x.org a@x.org.example ab@x.org abc.org"
    );
    assert_eq!(page(&sql, &beginning, Some("ab@x.org"), 9), "abc.org");
    // A place before the prefix is no place.
    assert_eq!(page(&sql, &beginning, Some("+1"), 1), "a@x.org");
    let domains = EntryFilter {
        kind: Some(Kind::Domain),
        prefix: "a".to_owned(),
    };
    assert_eq!(page(&sql, &domains, None, 9), "abc.org");
    let phones = EntryFilter {
        kind: Some(Kind::Phone),
        ..EntryFilter::default()
    };
    assert_eq!(page(&sql, &phones, None, 9), "+4930901820");
}

#[test]
fn what_goes_is_kept_in_the_history_every_key_of_it() {
    let world = World::new();
    let sql = world.connect();
    let texts: Vec<String> = (0..2500).map(|n| format!("p{n:04}@x.org")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    add(&sql, GLOBAL, &texts, "bounce");
    let told =
        |before, keys| block_on(history::page(&sql, list_id(GLOBAL), before, 9, keys)).unwrap();
    let added = told(i64::MAX, true);
    assert_eq!(
        (added.len(), &*added[0].action, added[0].count),
        (1, "added", 2500)
    );
    assert_eq!(added[0].keys.as_ref().map(Vec::len), Some(1000));
    // Nothing new, nothing to tell.
    add(&sql, GLOBAL, &texts[..5], "complaint");
    assert_eq!(told(i64::MAX, false).len(), 1);

    assert_eq!(remove(&sql, GLOBAL, &["nobody@x.org"]), 0);
    assert_eq!(
        remove(&sql, GLOBAL, &[&texts[..1500], &texts[..2]].concat()),
        1500
    );
    let removed = told(i64::MAX, true);
    let counts: Vec<(&str, i64)> = removed.iter().map(|t| (&*t.action, t.count)).collect();
    assert_eq!(
        counts,
        [("removed", 500), ("removed", 1000), ("added", 2500)]
    );
    let mut keys: Vec<String> = removed[..2]
        .iter()
        .flat_map(|told| told.keys.clone().unwrap())
        .collect();
    keys.sort();
    assert_eq!(keys, texts[..1500]);
    assert_eq!(
        (&*removed[0].reason, &*removed[0].actor),
        ("asked", "tester")
    );
    let older = told(removed[0].id, false);
    assert_eq!((older.len(), &older[0].keys), (2, &None));

    assert_eq!(found(&sql, GLOBAL).list.entries, 1000);
    let cleared = within(&sql, async || {
        changes::clear_slice(&sql, list_id(GLOBAL), "", &why(Action::Cleared, "")).await
    });
    let cleared = cleared.unwrap();
    assert_eq!((cleared.removed, &*cleared.last), (1000, "p2499@x.org"));
    let again = within(&sql, async || {
        changes::clear_slice(
            &sql,
            list_id(GLOBAL),
            &cleared.last,
            &why(Action::Cleared, ""),
        )
        .await
    });
    assert_eq!(again, None);
    let newest = &told(i64::MAX, true)[0];
    assert_eq!((&*newest.action, newest.count), ("cleared", 1000));
    assert_eq!(newest.keys.as_ref().unwrap(), &texts[1500..]);
    let list = found(&sql, GLOBAL).list;
    // What it held once may be in somebody's memory, so the forms stay.
    assert!(list.entries == 0 && !list.forms.is_empty());
    check(&sql);
}

#[test]
fn a_long_list_is_cleared_in_slices() {
    let world = World::new();
    let sql = world.connect();
    let numbers = "INSERT INTO suppression_entries
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20001)
        SELECT 1, printf('p%06d@x.org', i), 1, 0, 0, 0, '', '' FROM n";
    execute(&sql, numbers);
    let (mut after, mut sizes) = (String::new(), Vec::new());
    while let Some(slice) = within(&sql, async || {
        changes::clear_slice(&sql, list_id(GLOBAL), &after, &why(Action::Cleared, "")).await
    }) {
        sizes.push(slice.removed);
        after = slice.last;
    }
    assert_eq!(sizes, [SLICE as i64, 1]);
    let told = "SELECT count(*), sum(count), max(count) FROM suppression_history";
    let told = rows(&sql, told, vec![]);
    assert_eq!(told, [[21, 20_001, 1000].map(Cell::Integer)]);
    assert_eq!(found(&sql, GLOBAL).list.entries, 0);
}
