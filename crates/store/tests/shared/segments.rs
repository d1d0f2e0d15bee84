//! Static segments: settings, members by every way in, and what goes with a
//! profile or a database.

use roster_model::KnownSegment;
use roster_model::define::Settings;
use roster_model::write::{prepare_delete, prepare_patch};
use roster_model::{ProfileId, Segment, SegmentId, SegmentSettings};
use roster_store::jobs::{self, Kind, NewJob, Progress, State};
use roster_store::profiles::{Single, singles};
use roster_store::segments::{self, MembershipResult};
use roster_store::{Cell, Error, Guard, Sql, catalogue, databases, import_settings};
use serde_json::{Value, json};

use super::check::check;
use super::world::*;
use crate::engine::Connection;

/// People a to e, the first five, and two segments.
fn world() -> (World, Connection, Segment, Segment) {
    let world = World::new();
    let sql = world.connect();
    let people = ["a", "b", "c", "d", "e"].map(|name| json!({"email": format!("{name}@x.org")}));
    fill(&sql, PEOPLE, &people);
    let one = add_segment(&sql, PEOPLE, "one");
    let two = add_segment(&sql, PEOPLE, "two");
    (world, sql, one, two)
}

fn ids(sql: &Connection, names: &[&str]) -> Vec<ProfileId> {
    let id = |name: &&str| who(sql, &format!("{name}@x.org")).id;
    names.iter().map(id).collect()
}

/// The names of those who are in a segment.
fn members(sql: &Connection, segment: SegmentId) -> String {
    let found = block_on(segments::members(
        sql,
        database_id(PEOPLE),
        segment,
        0,
        1000,
    ));
    let found = found.unwrap().unwrap();
    let all = everybody(sql);
    let email = |id: &ProfileId| {
        let one = all.iter().find(|one| one.id == *id).unwrap();
        one.data["email"].as_str().unwrap()[..1].to_owned()
    };
    found.iter().map(email).collect()
}

fn moved(
    sql: &Connection,
    segment: &Segment,
    add: &[ProfileId],
    remove: &[ProfileId],
) -> MembershipResult {
    within(sql, async || {
        segments::change(sql, segment, add, remove).await
    })
}

fn newest(sql: &Connection) -> (String, Value) {
    let statement = "SELECT kind, changes FROM history WHERE profile = 0 ORDER BY id DESC LIMIT 1";
    let mut found = block_on(sql.query(statement, vec![])).unwrap();
    let changes = found[0].text(1).unwrap();
    (
        found[0].text(0).unwrap(),
        serde_json::from_str(&changes).unwrap(),
    )
}

fn version(sql: &Connection) -> i64 {
    block_on(catalogue::version(sql)).unwrap()
}

#[test]
fn a_segment_is_made_renamed_and_deleted_as_definitions_are() {
    let (_world, sql, one, two) = world();
    let here = database_id(PEOPLE);
    let known = [one.id, two.id].map(KnownSegment::of_static);
    assert_eq!(definitions(&sql, PEOPLE).segments, known);
    assert_eq!(definitions(&sql, OTHERS).segments, []);
    let (kind, changes) = newest(&sql);
    assert_eq!(kind, "segment.created");
    assert_eq!(
        changes,
        json!([{"field": "segments/2", "before": null, "after": {
            "name": "two", "description": "", "kind": "static", "condition": null, "range": null, "limit": null,
            "refresh": null
        }}])
    );
    // The name is taken here and free elsewhere.
    let settings = SegmentSettings::create(&json!({"name": "one"})).unwrap();
    let before = version(&sql);
    let again = within(&sql, async || {
        segments::create(&sql, here, settings, &author()).await
    });
    assert_eq!((again, version(&sql)), (None, before));
    let other = add_segment(&sql, OTHERS, "one");
    assert_eq!(version(&sql), before + 1);
    assert_eq!(
        block_on(segments::named(&sql, here, "one")),
        Ok(Some(one.id))
    );
    assert_eq!(block_on(segments::named(&sql, here, "One")), Ok(None));
    assert_eq!(block_on(segments::count(&sql, here)), Ok(2));
    assert_eq!(block_on(segments::get(&sql, here, other.id)), Ok(None));

    let patched = one
        .settings
        .patch(&json!({"name": "1st", "description": "x"}));
    let revision = within(&sql, async || {
        segments::update(&sql, &one, &patched.unwrap(), &author()).await
    });
    assert_eq!((revision, version(&sql)), (2, before + 2));
    let found = block_on(segments::get(&sql, here, one.id))
        .unwrap()
        .unwrap();
    assert_eq!((found.revision, &*found.segment.name), (2, "1st"));
    assert!(found.segment.updated_at > found.segment.created_at);
    let (kind, changes) = newest(&sql);
    assert_eq!(kind, "segment.updated");
    assert_eq!(
        changes[0],
        json!({"field": "segments/1/description", "before": "", "after": "x"})
    );

    let all = ids(&sql, &["a", "b"]);
    moved(&sql, &one, &all, &[]);
    moved(&sql, &two, &all, &[]);
    let found = block_on(segments::get(&sql, here, one.id))
        .unwrap()
        .unwrap();
    within(&sql, async || {
        segments::delete(&sql, &found.segment, &author()).await
    });
    assert_eq!(version(&sql), before + 3);
    assert_eq!(
        newest(&sql),
        (
            "segment.deleted".to_owned(),
            json!([{"field": "segments/1", "before": {
            "name": "1st", "description": "x", "members": 2, "kind": "static", "condition": null, "range": null,
            "limit": null, "refresh": null
        }, "after": null}])
        )
    );
    let gone = block_on(segments::members(&sql, here, one.id, 0, 9));
    assert_eq!(gone, Ok(None));
    let left = block_on(segments::page(&sql, here, 0, 9)).unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!((left[0].segment.id, left[0].segment.members), (two.id, 2));
    check(&sql);
}

#[test]
fn segments_and_members_come_in_pages() {
    let (_world, sql, one, two) = world();
    let here = database_id(PEOPLE);
    let page = |after, limit| block_on(segments::page(&sql, here, after, limit)).unwrap();
    let names = |page: Vec<segments::SegmentRow>| {
        let names = page.into_iter().map(|one| one.segment.settings.name);
        names.collect::<Vec<_>>()
    };
    assert_eq!(names(page(0, 1)), ["one"]);
    assert_eq!(names(page(one.id.get(), 5)), ["two"]);
    assert_eq!(names(page(two.id.get(), 5)), [""; 0]);
    let all = ids(&sql, &["a", "b", "c", "d", "e"]);
    moved(&sql, &one, &all, &[]);
    let from = |after, limit| {
        block_on(segments::members(&sql, here, one.id, after, limit))
            .unwrap()
            .unwrap()
    };
    assert_eq!(from(0, 2), all[..2]);
    assert_eq!(from(all[1].pk(), 9), all[2..]);
    assert_eq!(from(all[4].pk(), 9), []);
    let elsewhere = block_on(segments::members(&sql, database_id(OTHERS), one.id, 0, 9));
    assert_eq!(elsewhere, Ok(None));
}

#[test]
fn everybody_who_is_to_move_is_counted_once() {
    let (_world, sql, one, _) = world();
    fill(&sql, OTHERS, &[json!({"email": "x@x.org"})]);
    let foreign = who(&sql, "x@x.org").id;
    let nobody = ProfileId::from_pk(77).unwrap();
    let (ab, cd) = (ids(&sql, &["a", "b"]), ids(&sql, &["c", "d"]));
    let add = [&ab[..], &[foreign, nobody], &ab].concat();
    assert_eq!(
        moved(&sql, &one, &add, &cd),
        MembershipResult {
            added: 2,
            removed: 0,
            unchanged: 2,
            unknown: vec![nobody, foreign]
        }
    );
    assert_eq!(members(&sql, one.id), "ab");
    assert_eq!(
        moved(&sql, &one, &[ab[1], cd[0]], &[ab[0], cd[1]]),
        MembershipResult {
            added: 1,
            removed: 1,
            unchanged: 2,
            unknown: vec![]
        }
    );
    assert_eq!(members(&sql, one.id), "bc");
    assert_eq!(moved(&sql, &one, &[], &[]), MembershipResult::default());
    // The ways of jobs leave out who is not of the segment's database too.
    let pks: Vec<i64> = [foreign, nobody, cd[1]].iter().map(|id| id.pk()).collect();
    block_on(segments::put(&sql, one.id, &pks)).unwrap();
    block_on(segments::put(&sql, SegmentId::new(99).unwrap(), &pks)).unwrap();
    block_on(segments::remove_all(&sql, one.id, &[ab[1].pk(), 5])).unwrap();
    assert_eq!(members(&sql, one.id), "cd");
    check(&sql);
}

#[test]
fn memberships_are_told_with_profiles_and_change_no_revision() {
    let (_world, sql, one, two) = world();
    let all = ids(&sql, &["a", "b", "c"]);
    let before = everybody(&sql);
    moved(&sql, &two, &all[..2], &[]);
    moved(&sql, &one, &all[..1], &[]);
    assert_eq!(everybody(&sql), before);
    let here = database_id(PEOPLE);
    let asked = all
        .iter()
        .map(|id| Single::Id(here, *id))
        .collect::<Vec<_>>();
    let (found, _) = block_on(singles(&sql, &asked)).unwrap();
    let told: Vec<_> = found.into_iter().map(|one| one.unwrap().segments).collect();
    assert_eq!(told, [vec![one.id, two.id], vec![two.id], vec![]]);
    let pks: Vec<i64> = all.iter().map(|id| id.pk()).collect();
    let told = block_on(segments::of_profiles(&sql, &pks)).unwrap();
    assert_eq!(told.len(), 2);
    assert_eq!(told[&pks[0]], [one.id, two.id]);
    assert_eq!(told[&pks[1]], [two.id]);
}

#[test]
fn a_write_moves_its_profiles_in_the_same_statement() {
    let (_world, sql, one, two) = world();
    let known = definitions(&sql, PEOPLE);
    let people = [json!({"email": "a@x.org"}), json!({"email": "new@x.org"})];
    let enter = json!({"add_to_segments": [1, "2"]});
    let results = write(&sql, &batch(&known, &enter, &people));
    assert_eq!(kinds(&results), ["unchanged", "created"]);
    assert_eq!(
        (members(&sql, one.id), members(&sql, two.id)),
        ("an".into(), "an".into())
    );
    let id = ids(&sql, &["a"])[0];
    let patch = json!({"data": {"note": "x"}, "remove_from_segments": [2]});
    let item = prepare_patch(id, &patch, None, &schema(&known));
    write(&sql, &job(&known, vec![item]));
    assert_eq!(
        (members(&sql, one.id), members(&sql, two.id)),
        ("an".into(), "n".into())
    );
    check(&sql);
}

#[test]
fn an_atomic_batch_that_is_refused_moves_nobody() {
    let (_world, sql, one, _) = world();
    let known = definitions(&sql, PEOPLE);
    let people = [
        json!({"email": "a@x.org"}),
        json!({"email": "b@x.org", "number": 1}),
        json!({"email": "c@x.org", "number": 1}),
    ];
    let mut all = batch(&known, &json!({"add_to_segments": [1]}), &people);
    all.atomic = true;
    let before = dump(&sql);
    let results = write(&sql, &all);
    assert_eq!(kinds(&results), ["not_written", "not_written", "duplicate"]);
    assert_eq!((dump(&sql), members(&sql, one.id)), (before, String::new()));
    all.atomic = false;
    write(&sql, &all);
    assert_eq!(members(&sql, one.id), "ab");
}

#[test]
fn a_write_to_a_segment_that_went_meanwhile_is_prepared_anew() {
    let (_world, sql, one, _) = world();
    let known = definitions(&sql, PEOPLE);
    let enter = batch(
        &known,
        &json!({"add_to_segments": [1]}),
        &[json!({"email": "a@x.org"})],
    );
    within(&sql, async || segments::delete(&sql, &one, &author()).await);
    assert!(matches!(
        run_one(&sql, &enter),
        Err(Error::Stale(Guard::Catalogue))
    ));
    check(&sql);
}

#[test]
fn who_is_deleted_leaves_all_segments() {
    let (_world, sql, one, two) = world();
    let abc = ids(&sql, &["a", "b", "c"]);
    moved(&sql, &one, &abc, &[]);
    moved(&sql, &two, &abc[..1], &[]);
    let known = definitions(&sql, PEOPLE);
    let gone = prepare_delete(abc[0], None, &schema(&known));
    write(&sql, &job(&known, vec![Ok(gone)]));
    assert_eq!(
        (members(&sql, one.id), members(&sql, two.id)),
        ("bc".into(), "".into())
    );
    check(&sql);
}

fn new_job(sql: &Connection, state: State) -> roster_model::JobId {
    let new = NewJob {
        kind: Kind::Import,
        database: database_id(PEOPLE),
        state,
        name: "people.csv",
        actor: "tester",
        speaks_for_all: true,
        interface: "api",
        at: tick(),
        settings: &json!({}),
        progress: &Progress::default(),
        expires_at: None,
    };
    block_on(jobs::create(sql, &new)).unwrap()
}

#[test]
fn a_wiped_database_keeps_its_segments_empty_and_runs_no_jobs() {
    let (_world, sql, one, two) = world();
    let states = [
        State::Queued,
        State::Running,
        State::Paused,
        State::Uploaded,
        State::Completed,
    ];
    let jobs = states.map(|state| new_job(&sql, state));
    let running = jobs[1];
    let held = "UPDATE jobs SET holder = 'somebody', leased_until = 9999999999999 WHERE id = 2";
    execute(&sql, held);
    moved(&sql, &one, &ids(&sql, &["a", "b"]), &[]);
    let here = database_id(PEOPLE);
    within(&sql, async || databases::wipe(&sql, here, &author()).await);
    assert_eq!(
        (members(&sql, one.id), members(&sql, two.id)),
        ("".into(), "".into())
    );
    let now = jobs.map(|id| block_on(jobs::get(&sql, id)).unwrap().unwrap().state);
    assert_eq!(
        now,
        [
            State::Cancelled,
            State::Cancelled,
            State::Cancelled,
            State::Uploaded,
            State::Completed
        ]
    );
    let ended = block_on(jobs::get(&sql, running)).unwrap().unwrap();
    assert!(ended.ended_at.is_some() && ended.expires_at > ended.ended_at);
    // The one who held it can't go on.
    let nobody = block_on(jobs::claim(&sql, running, "somebody", tick())).unwrap();
    assert!(nobody.is_none());
    check(&sql);
}

#[test]
fn a_deleted_database_takes_segments_jobs_and_settings_along() {
    let (_world, sql, one, _) = world();
    moved(&sql, &one, &ids(&sql, &["a", "b"]), &[]);
    add_segment(&sql, OTHERS, "stays");
    let here = database_id(PEOPLE);
    new_job(&sql, State::Running);
    block_on(import_settings::put(
        &sql,
        here,
        "mine",
        None,
        &json!({}),
        &author(),
    ))
    .unwrap();
    for statement in [
        "INSERT INTO schedules VALUES (1, 1, 's', 1, 1, 5, '{}', 'secret', '{}', 0, 0, 'me', 0)",
        "INSERT INTO schedule_runs VALUES (1, 1, 5, 5, NULL, 'running', NULL, 0, NULL, '{}')",
        "INSERT INTO erasures VALUES ('hash', 1, 'email', 0, 'me')",
    ] {
        execute(&sql, statement);
    }
    let database = definitions(&sql, PEOPLE).database.clone();
    within(&sql, async || {
        databases::delete(&sql, &database, &author()).await
    });
    let count =
        |table: &str| rows(&sql, &format!("SELECT count(*) FROM {table}"), vec![])[0][0].clone();
    for (table, left) in [
        ("segments", 1),
        ("segment_members", 0),
        ("jobs", 0),
        ("import_settings", 0),
        ("schedules", 0),
        ("schedule_runs", 0),
        ("erasures", 1),
    ] {
        assert_eq!(count(table), Cell::Integer(left), "{table}");
    }
    check(&sql);
}

#[test]
fn a_copied_database_has_the_segments_with_nobody_in_them() {
    let (_world, sql, one, _) = world();
    moved(&sql, &one, &ids(&sql, &["a"]), &[]);
    let (here, there) = (database_id(PEOPLE), database_id(OTHERS));
    within(&sql, async || {
        segments::copy(&sql, here, there, &author()).await
    });
    let copies = block_on(segments::page(&sql, there, 0, 9)).unwrap();
    let copies: Vec<_> = copies
        .iter()
        .map(|one| (&*one.segment.name, one.segment.members))
        .collect();
    assert_eq!(copies, [("one", 0), ("two", 0)]);
    assert_eq!(members(&sql, one.id), "a");
    check(&sql);
}
