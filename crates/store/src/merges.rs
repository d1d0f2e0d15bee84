//! Merges of profiles: what was merged, and what must be known to do and to undo it. They are
//! written with profiles ([`crate::write`]).

use std::collections::HashMap;

use roster_model::write::{
    Changes, HistoryMoveKind, MergeRecord, MergedRelation, Relation, RelationKey,
};
use roster_model::{DatabaseId, MergeId, Profile, ProfileId, RelationTypeId, Timestamp};
use serde_json::{Value, json};

use crate::packed::{self, corrupt, database_id, pack};
use crate::relations::{self, KeyedRelation};
use crate::{Cell, Error, Sql};

/// A merge, as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeRow {
    /// Its id.
    pub id: MergeId,
    /// The profile that stayed.
    pub destination: ProfileId,
    /// Those that went, each with its database; none of one that was undone.
    pub sources: Vec<(DatabaseId, ProfileId)>,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub actor: String,
    /// When it was undone, if it was.
    pub undone_at: Option<Timestamp>,
}

/// What became of a merge that is to be undone.
#[derive(Clone, Debug, PartialEq)]
pub enum StoredMerge {
    /// It can be undone.
    Done(Box<MergeRecord>),
    /// It was undone then.
    Undone(Timestamp),
}

/// Id, destination, time, actor, when it was undone, sources with their databases.
type PackedMerge = (i64, i64, i64, String, Option<i64>, Vec<(i64, i64)>);

/// A merge of a database.
///
/// # Errors
/// As [`Sql::query`].
pub async fn get(
    sql: &impl Sql,
    database: DatabaseId,
    id: MergeId,
) -> Result<Option<StoredMerge>, Error> {
    let parameters = vec![Cell::Integer(database.get()), Cell::Integer(id.get())];
    let mut rows = sql
        .query(include_str!("sql/merges/get.sql"), parameters)
        .await?;
    let Some(row) = rows.first_mut() else {
        return Ok(None);
    };
    if let Some(at) = row.optional_integer(5)? {
        return Ok(Some(StoredMerge::Undone(Timestamp::from_ms(at))));
    }
    let record = serde_json::from_str(&row.text(4)?).map_err(corrupt)?;
    let record = unpacked(id, database, row.integer(1)?, &record)?;
    Ok(Some(StoredMerge::Done(Box::new(record))))
}

/// The merges of a database before one, the latest first; of one destination alone if it is
/// named.
///
/// # Errors
/// As [`Sql::query`].
pub async fn page(
    sql: &impl Sql,
    database: DatabaseId,
    before: Option<MergeId>,
    destination: Option<ProfileId>,
    limit: i64,
) -> Result<Vec<MergeRow>, Error> {
    let parameters = vec![
        Cell::Integer(database.get()),
        Cell::Integer(before.map_or(i64::MAX, MergeId::get)),
        Cell::Integer(limit),
        Cell::from(destination.map(ProfileId::pk)),
    ];
    let mut rows = sql
        .query(include_str!("sql/merges/page.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let packed: Vec<PackedMerge> = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    let all = packed
        .into_iter()
        .map(|(id, destination, at, actor, undone_at, sources)| {
            Ok(MergeRow {
                id: MergeId::new(id).ok_or_else(|| corrupt("a merge's id"))?,
                destination: profile_id(destination)?,
                sources: sources
                    .into_iter()
                    .map(|(database, pk)| Ok((database_id(database)?, profile_id(pk)?)))
                    .collect::<Result<_, Error>>()?,
                at: Timestamp::from_ms(at),
                actor,
                undone_at: undone_at.map(Timestamp::from_ms),
            })
        });
    all.collect()
}

/// Into which profile another one was merged, and that one's database.
///
/// # Errors
/// As [`Sql::query`].
pub async fn into(
    sql: &impl Sql,
    database: DatabaseId,
    profile: ProfileId,
) -> Result<Option<(DatabaseId, ProfileId)>, Error> {
    let parameters = vec![Cell::Integer(database.get()), Cell::Integer(profile.pk())];
    let rows = sql
        .query(include_str!("sql/merges/into.sql"), parameters)
        .await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    Ok(Some((
        database_id(row.integer(1)?)?,
        profile_id(row.integer(0)?)?,
    )))
}

/// In which databases profiles were that are part of others now, by their keys; those that
/// were not merged are left out.
///
/// # Errors
/// As [`Sql::query`].
pub async fn databases_of(
    sql: &impl Sql,
    profiles: &[ProfileId],
) -> Result<HashMap<ProfileId, DatabaseId>, Error> {
    let pks: Vec<i64> = profiles.iter().map(|id| id.pk()).collect();
    let parameters = vec![Cell::Text(crate::json(&pks)?)];
    let mut rows = sql
        .query(include_str!("sql/merges/databases.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let packed: Vec<(i64, i64)> = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    let all = packed.into_iter();
    all.map(|(pk, database)| Ok((profile_id(pk)?, database_id(database)?)))
        .collect()
}

/// The relations of profiles, no more than `limit`, as [`relations::stored`] gives them.
pub(crate) async fn relations_of(
    sql: &impl Sql,
    profiles: &[i64],
    limit: i64,
) -> Result<Vec<(KeyedRelation, String)>, Error> {
    let parameters = vec![Cell::Text(crate::json(profiles)?), Cell::Integer(limit)];
    let mut rows = sql
        .query(include_str!("sql/merges/relations.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    relations::stored(&row.text(0)?)
}

/// Which of some merges can't be undone any more.
pub(crate) async fn undone(sql: &impl Sql, merges: &[MergeId]) -> Result<Vec<MergeId>, Error> {
    let ids: Vec<i64> = merges.iter().map(|id| id.get()).collect();
    let parameters = vec![Cell::Text(crate::json(&ids)?)];
    let mut rows = sql
        .query(include_str!("sql/merges/undone.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let undone: Vec<i64> = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    Ok(undone.into_iter().filter_map(MergeId::new).collect())
}

/// What became of profiles: the one that each is part of now, or itself, or none.
pub(crate) async fn ends(
    sql: &impl Sql,
    profiles: &[i64],
) -> Result<Vec<(ProfileId, Option<ProfileId>)>, Error> {
    let parameters = vec![Cell::Text(crate::json(profiles)?)];
    let mut rows = sql
        .query(include_str!("sql/merges/ends.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let found: Vec<(i64, Option<i64>)> = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    let ends = found.into_iter();
    let ends = ends.map(|(id, now)| Ok((profile_id(id)?, now.map(profile_id).transpose()?)));
    ends.collect()
}

/// Which of some merges made a profile that others have touched since.
pub(crate) async fn touched(sql: &impl Sql, merges: &[MergeId]) -> Result<Vec<MergeId>, Error> {
    let ids: Vec<i64> = merges.iter().map(|id| id.get()).collect();
    let parameters = vec![Cell::Text(crate::json(&ids)?)];
    let mut rows = sql
        .query(include_str!("sql/merges/touched.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let touched: Vec<i64> = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    Ok(touched.into_iter().filter_map(MergeId::new).collect())
}

/// A profile that is part of another one by a merge: the merge, and what that had as its
/// destination, which may have been merged since.
pub(crate) type Chain = (i64, i64, i64);

/// Who is part of some profiles by merges.
pub(crate) async fn chains(sql: &impl Sql, profiles: &[i64]) -> Result<Vec<Chain>, Error> {
    let parameters = vec![Cell::Text(crate::json(profiles)?)];
    let mut rows = sql
        .query(include_str!("sql/merges/chains.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    serde_json::from_str(&row.text(0)?).map_err(corrupt)
}

/// Forgets what was merged in a database; its profiles must still be there.
pub(crate) async fn wipe(sql: &impl Sql, database: DatabaseId) -> Result<(), Error> {
    for statement in [
        include_str!("sql/merges/wipe.sql"),
        include_str!("sql/merges/wipe_merged.sql"),
        include_str!("sql/merges/wipe_distinct.sql"),
    ] {
        sql.query(statement, vec![Cell::Integer(database.get())])
            .await?;
    }
    Ok(())
}

/// What changes move from profile to profile, as `always/profile_merges.sql` takes it;
/// nothing where nothing moves.
pub(crate) fn moves(changes: &Changes, chains: &[Chain]) -> Option<String> {
    let idle = changes.merges.is_empty()
        && changes.merges_undone.is_empty()
        && changes.history_moves.is_empty()
        && changes.segment_copies.is_empty()
        && changes.subscriptions_gone.is_empty()
        && changes.removed.is_empty();
    if idle {
        return None;
    }
    let gone = changes.subscriptions_gone.iter();
    let gone = gone.map(|(profile, resource, contact)| {
        json!([
            profile.pk(),
            resource.get(),
            contact.channel().code(),
            contact.key()
        ])
    });
    let mut merges = Vec::new();
    let mut counts = Vec::new();
    let mut sources = Vec::new();
    for merge in &changes.merges {
        let pks = merge.sources.iter().map(|one| one.id.pk());
        let parts: Vec<i64> = pks.chain([merge.destination.pk()]).collect();
        let actor = changes
            .history
            .iter()
            .find(|entry| entry.profile == merge.destination)
            .map_or("", |entry| entry.actor.as_str());
        merges.push(json!([
            merge.id.get(),
            merge.database.get(),
            merge.destination.pk(),
            actor,
            packed_record(merge),
            parts
        ]));
        for (source, count) in merge.sources.iter().zip(&merge.counts) {
            counts.push((source.id.pk(), *count));
            sources.push((
                source.id.pk(),
                source.database.get(),
                merge.destination.pk(),
                merge.id.get(),
                merge.database.get(),
            ));
        }
    }
    let mut left = Vec::new();
    for merge in &changes.merges_undone {
        let to = if merge.segments {
            merge.destination.pk()
        } else {
            0
        };
        let all = merge.sources.iter();
        left.extend(all.map(|source| (merge.id.get(), source.id.pk(), to)));
    }
    let undone: Vec<i64> = changes
        .merges_undone
        .iter()
        .map(|one| one.id.get())
        .collect();
    let history = changes.history_moves.iter();
    let history = history.map(|one| {
        let kind = match one.kind {
            HistoryMoveKind::Move => "move",
            HistoryMoveKind::Copy => "copy",
            HistoryMoveKind::Return => "return",
            HistoryMoveKind::Hide => "hide",
            HistoryMoveKind::Reveal => "reveal",
        };
        json!([
            kind,
            one.from.pk(),
            one.to.pk(),
            one.database.get(),
            one.from,
            one.to
        ])
    });
    // What was removed comes back with its history, if at all.
    let hidden = changes.removed.iter();
    let hidden = hidden.map(|(_, one)| json!(["hide", one.id.pk(), one.id.pk()]));
    let history = history.chain(hidden);
    let members = changes.segment_copies.iter();
    let members: Vec<(i64, i64)> = members.map(|(from, to)| (from.pk(), to.pk())).collect();
    let removed = changes.removed.iter();
    let removed = removed.map(|(job, one)| {
        json!([
            job.get(),
            one.id.pk(),
            one.database.get(),
            pack(one).to_string()
        ])
    });
    let moves = json!({
        "counts": counts,
        "gone": gone.collect::<Vec<Value>>(),
        "merges": merges,
        "sources": sources,
        "undone": undone,
        "repoint": repoint(&changes.merges_undone, chains),
        "left": left,
        "members": members,
        "removed": removed.collect::<Vec<Value>>(),
        "history": history.collect::<Vec<Value>>(),
    });
    Some(moves.to_string())
}

/// Earlier sources that came along with the source of a merge which is undone: they are part
/// of that one again.
fn repoint(undone: &[MergeRecord], chains: &[Chain]) -> Vec<(i64, i64)> {
    let direct: HashMap<i64, i64> = chains.iter().map(|(pk, _, to)| (*pk, *to)).collect();
    let mut moved = Vec::new();
    for merge in undone {
        for (pk, ..) in chains.iter().filter(|(_, by, _)| *by != merge.id.get()) {
            let mut at = *pk;
            // No chain is longer than there are links.
            for _ in 0..=chains.len() {
                if at != *pk && merge.sources.iter().any(|source| source.id.pk() == at) {
                    moved.push((*pk, at));
                    break;
                }
                match direct.get(&at) {
                    Some(next) => at = *next,
                    None => break,
                }
            }
        }
    }
    moved
}

type PackedChange = (
    (i64, i64, i64),
    Option<(Value, i64, i64)>,
    Option<(Value, i64, i64)>,
);

fn packed_record(merge: &MergeRecord) -> String {
    let relation = |one: &Option<Relation>| {
        one.as_ref()
            .map(|one| json!([one.weights, one.created_at.ms(), one.updated_at.ms()]))
    };
    let relations = merge.relations.iter();
    let relations: Vec<Value> = relations
        .map(|(key, before, after)| {
            let key = [key.relation_type.get(), key.a.pk(), key.b.pk()];
            json!([key, relation(before), relation(after)])
        })
        .collect();
    let sources: Vec<Value> = merge.sources.iter().map(pack).collect();
    let record = json!({
        "before": merge.before.as_ref().map(pack),
        "after": pack(&merge.after),
        "sources": sources,
        "relations": relations,
        "history": merge.history,
        "segments": merge.segments,
    });
    record.to_string()
}

/// A record as it is stored, of a merge that was not undone.
pub(crate) fn unpacked(
    id: MergeId,
    database: DatabaseId,
    destination: i64,
    record: &Value,
) -> Result<MergeRecord, Error> {
    let one = |name: &str| -> Result<Option<Profile>, Error> {
        match &record[name] {
            Value::Null => Ok(None),
            packed => Ok(packed::profiles(&json!([packed]).to_string())?.pop()),
        }
    };
    let flag = |name: &str| record[name] == true;
    let changes: Vec<PackedChange> =
        serde_json::from_value(record["relations"].clone()).map_err(corrupt)?;
    let relations = changes.into_iter().map(change);
    Ok(MergeRecord {
        id,
        database,
        destination: profile_id(destination)?,
        before: one("before")?,
        after: one("after")?.ok_or_else(|| corrupt("a merge without its result"))?,
        sources: packed::profiles(&record["sources"].to_string())?,
        counts: Vec::new(),
        relations: relations.collect::<Result<_, Error>>()?,
        history: flag("history"),
        segments: flag("segments"),
    })
}

fn change(((id, a, b), before, after): PackedChange) -> Result<MergedRelation, Error> {
    let key = RelationKey {
        relation_type: RelationTypeId::new(id).ok_or_else(|| corrupt("a relation type's id"))?,
        a: profile_id(a)?,
        b: profile_id(b)?,
    };
    let relation = |one: Option<(Value, i64, i64)>| {
        one.map(|(weights, created_at, updated_at)| {
            let weights = match weights {
                Value::Object(weights) => weights,
                _ => return Err(corrupt("weights")),
            };
            Ok(Relation {
                weights,
                created_at: Timestamp::from_ms(created_at),
                updated_at: Timestamp::from_ms(updated_at),
            })
        })
        .transpose()
    };
    Ok((key, relation(before)?, relation(after)?))
}

fn profile_id(pk: i64) -> Result<ProfileId, Error> {
    ProfileId::from_pk(pk).ok_or_else(|| corrupt("a profile's key"))
}
