//! What is kept out of sight for an undoing: histories of those who were merged without them,
//! and of those whom an undoing removed. And what of segments a merge moves.

use roster_model::history::Kind;
use roster_model::write::{LaterChanges, Undo, prepare_delete, prepare_split, prepare_undo};
use roster_model::{JobId, Profile, ProfileId, SegmentSettings};
use roster_store::history::{Filter, Limits, Span, in_order, list};
use roster_store::{Cell, databases, merges};
use serde_json::{Value, json};

use super::merges::{enter, histories, members, merge, unmerge, world};
use super::world::*;
use crate::engine::Connection;

const ALL: Limits = Limits {
    take: 100,
    look: 100,
    bytes: 1_000_000,
};

/// Merges without the history of the source.
fn merge_alone(sql: &Connection, into: &Profile, source: &Profile) -> roster_model::MergeId {
    let body = json!({
        "sources": [{"profile_id": source.id, "database_id": source.database}],
        "destination": {"profile_id": into.id}, "history": false
    });
    merge(sql, &body).unwrap().merge.unwrap().id
}

/// How many entries nobody sees.
fn hidden(sql: &Connection) -> i64 {
    let all = "SELECT count(*) FROM history WHERE profile < 0";
    match rows(sql, all, vec![])[0][0] {
        Cell::Integer(count) => count,
        ref other => panic!("{other:?}"),
    }
}

/// The kinds that the history of the database shows, by both ways of reading it.
fn shown(sql: &Connection) -> Vec<String> {
    let id = database_id(PEOPLE);
    let newest = block_on(list(sql, id, None, &Filter::default(), ALL)).unwrap();
    let span = Span {
        after: 0,
        until: i64::MAX - 1,
        from: None,
        to: None,
        kinds: vec![],
        fields: vec![],
    };
    let oldest = block_on(in_order(sql, id, &span, 100, 1_000_000)).unwrap();
    let mut kinds: Vec<String> = newest.entries.into_iter().map(|one| one.kind).collect();
    kinds.reverse();
    let other: Vec<String> = oldest.entries.into_iter().map(|one| one.0.kind).collect();
    assert_eq!(kinds, other);
    kinds.retain(|kind| kind.starts_with("profile."));
    kinds
}

fn delete(sql: &Connection, id: ProfileId) {
    let people = definitions(sql, PEOPLE);
    let gone = vec![Ok(prepare_delete(id, None, &people.schema()))];
    assert_eq!(kinds(&write(sql, &job(&people, gone))), ["deleted"]);
}

fn wipe(sql: &Connection, database: i64) {
    within(sql, async || {
        databases::wipe(sql, database_id(database), &author()).await
    });
}

#[test]
fn a_history_that_the_destination_does_not_get_comes_back_with_an_undo() {
    let (_world, sql) = world(&["ann", "old"]);
    let (ann, old) = (who(&sql, "ann@x.org"), who(&sql, "old@x.org"));
    let id = merge_alone(&sql, &ann, &old);
    assert_eq!(hidden(&sql), 1);
    assert_eq!(histories(&sql, old.id), ["profile.merged"]);
    assert_eq!(
        histories(&sql, ann.id),
        ["profile.created", "profile.updated"]
    );
    assert_eq!(
        shown(&sql),
        ["profile.created", "profile.merged", "profile.updated"]
    );
    unmerge(&sql, id).unwrap();
    assert_eq!(hidden(&sql), 0);
    assert_eq!(
        histories(&sql, old.id),
        ["profile.created", "profile.merged", "profile.restored"]
    );
}

#[test]
fn it_is_forgotten_with_what_it_was_kept_for() {
    for way in ["delete", "wipe", "delete after another merge", "elsewhere"] {
        let (_world, sql) = world(&["ann", "old", "eve"]);
        let (ann, eve) = (who(&sql, "ann@x.org"), who(&sql, "eve@x.org"));
        let old = match way {
            "elsewhere" => {
                fill(&sql, OTHERS, &[json!({"email": "away@x.org"})]);
                who(&sql, "away@x.org")
            }
            _ => who(&sql, "old@x.org"),
        };
        merge_alone(&sql, &ann, &old);
        assert_eq!(hidden(&sql), 1);
        match way {
            "delete" => delete(&sql, ann.id),
            "wipe" => wipe(&sql, PEOPLE),
            "elsewhere" => wipe(&sql, OTHERS),
            _ => {
                merge_alone(&sql, &eve, &ann);
                assert_eq!(hidden(&sql), 3);
                delete(&sql, eve.id);
            }
        }
        assert_eq!(hidden(&sql), 0, "{way}");
    }
}

fn undo(sql: &Connection, number: i64, entry: (ProfileId, Kind), removed: Option<Profile>) {
    let people = definitions(sql, PEOPLE);
    let undo = Undo {
        job: JobId::new(number).unwrap(),
        profile: entry.0,
        kind: entry.1,
        changes: match entry.1 {
            Kind::Created => roster_model::history::diff(None, &who(sql, "ann@x.org")),
            _ => vec![],
        },
        removed: removed.map(Box::new),
        side: None,
        later: LaterChanges::default(),
    };
    let command = prepare_undo(undo, &people.schema());
    write(sql, &job(&people, vec![Ok(command)]))
        .remove(0)
        .unwrap();
}

#[test]
fn who_comes_back_by_an_undoing_has_its_history() {
    let (_world, sql) = world(&["ann"]);
    let ann = who(&sql, "ann@x.org");
    undo(&sql, 7, (ann.id, Kind::Created), None);
    assert_eq!(hidden(&sql), 1);
    assert_eq!(shown(&sql), ["profile.deleted"]);
    undo(&sql, 8, (ann.id, Kind::Deleted), Some(ann.clone()));
    assert_eq!(hidden(&sql), 0);
    assert_eq!(
        histories(&sql, ann.id),
        ["profile.created", "profile.deleted", "profile.restored"]
    );
}

#[test]
fn it_goes_when_what_an_undoing_removed_is_forgotten() {
    let (_world, sql) = world(&["ann"]);
    let ann = who(&sql, "ann@x.org");
    undo(&sql, 7, (ann.id, Kind::Created), None);
    assert_eq!(hidden(&sql), 1);
    execute(&sql, "DELETE FROM undone_profiles WHERE job_id = 7");
    assert_eq!(hidden(&sql), 0);
    assert_eq!(shown(&sql), ["profile.deleted"]);
}

#[test]
fn a_copy_of_a_history_says_that_it_is_one() {
    let (_world, sql) = world(&["ann"]);
    let ann = who(&sql, "ann@x.org");
    let people = definitions(&sql, PEOPLE);
    let body = json!({"source": {"profile_id": ann.id}, "destinations": [{"new": true,
        "data": {"_fname": "Bob"}, "subscriptions": [{"channel": "email"}], "history": true}]});
    let split = prepare_split(&body, None, &people.schema());
    write(&sql, &job(&people, vec![split])).remove(0).unwrap();
    let copied = "SELECT about ->> '$.split_from' IS NOT NULL, about ->> '$.copied_from' IS NOT NULL FROM history
                  WHERE profile <> ?1 AND profile <> 0 ORDER BY id";
    let copied = rows(&sql, copied, vec![Cell::Integer(ann.id.pk())]);
    let own = [Cell::Integer(1), Cell::Integer(0)];
    assert_eq!(copied, [[Cell::Integer(1), Cell::Integer(1)], own]);
}

#[test]
fn static_segments_are_entered_and_updatable_ones_settle_at_their_refresh() {
    let (_world, sql) = world(&["ann", "old"]);
    let (ann, old) = (who(&sql, "ann@x.org"), who(&sql, "old@x.org"));
    let guests = add_segment(&sql, PEOPLE, "guests");
    let live = add_segment(&sql, PEOPLE, "live");
    let patch: Value = json!({"condition": {"field": "_fname", "eq": "old"}});
    let settings: SegmentSettings = live.settings.change(&patch).unwrap();
    within(&sql, async || {
        roster_store::segments::update(&sql, &live, &settings, &author()).await
    });
    for segment in [&guests, &live] {
        enter(&sql, segment.id, &old);
    }
    let body = json!({"sources": [{"profile_id": old.id}], "destination": {"profile_id": ann.id},
        "segments": true});
    let id = merge(&sql, &body).unwrap().merge.unwrap().id;
    assert_eq!(members(&sql), [(guests.id.get(), ann.id.pk())]);
    // The destination enters by itself, and stays when the merge is undone.
    enter(&sql, live.id, &ann);
    unmerge(&sql, id).unwrap();
    let mut expected = vec![
        (guests.id.get(), old.id.pk()),
        (live.id.get(), ann.id.pk()),
        (live.id.get(), old.id.pk()),
    ];
    expected.sort_unstable();
    assert_eq!(members(&sql), expected);
}

#[test]
fn it_is_known_in_which_databases_those_were_who_were_merged() {
    let (_world, sql) = world(&["ann", "old"]);
    fill(&sql, OTHERS, &[json!({"email": "away@x.org"})]);
    let (ann, old, away) = (
        who(&sql, "ann@x.org"),
        who(&sql, "old@x.org"),
        who(&sql, "away@x.org"),
    );
    merge_alone(&sql, &ann, &old);
    merge_alone(&sql, &ann, &away);
    let asked = [ann.id, old.id, away.id];
    let known = block_on(merges::databases_of(&sql, &asked)).unwrap();
    assert_eq!(known.len(), 2);
    assert_eq!(known[&old.id], database_id(PEOPLE));
    assert_eq!(known[&away.id], database_id(OTHERS));
}
