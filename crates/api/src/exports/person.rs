//! `GET /v1/databases/{db}/profiles/{id}/export`
//!
//! Everything that is kept about one person, as one JSON document. Its end, the
//! history, may be long, so it is sent as it is read.

use crate::exports::name::attachment;
use crate::profiles::gone;
use crate::relations::HistorySight;
use bytes::Bytes;
use http::header;
use roster_http::{Call, Problem, Reply, Source, route};
use roster_model::erasure::Person;
use roster_model::relation::Side;
use roster_model::write::Relation;
use roster_model::{Database, DatabaseId, Profile, ProfileId, ResourceId};
use roster_store::catalogue::Definitions;
use roster_store::control::{self, ControlRecord};
use roster_store::erasures::KeptMerge;
use roster_store::history::{self, Filter, Limits};
use roster_store::relations::{self, SideRelations};
use roster_store::spin::Pool;
use roster_store::{Sql, erasures, profiles, segments};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// How much of the history is read at once.
const PIECE: Limits = Limits {
    take: 256,
    look: 256,
    bytes: 256 * 1024,
};

/// How many relations of each type and side the document has: the first of them.
const MAX_RELATIONS: i64 = 10_000;

/// Everything that is kept about a profile, as one JSON document: the profile
/// with its subscriptions, its segments and relations, when it was in the control group, who was merged into it and by
/// what they are still found, the jobs that touched it, what is
/// remembered of earlier erasures of its contacts, its history, newest first.
#[route(
    get, "/v1/databases/{db}/profiles/{id}/export", ExportsRead, id = "exportPerson",
    answer = crate::exports::openapi::PersonExport,
)]
pub(crate) async fn person(call: Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    let id: ProfileId = call.id("id", "profile")?;
    let known = call.current(database).await?;
    let sql = call.pool.lend().await?;
    let profile = found(&call, &sql, database, id).await?;
    let mut in_segments = Vec::new();
    let members = segments::of_profiles(&sql, &[id.pk()]).await?;
    for segment in members.into_values().flatten() {
        if let Some(found) = segments::get(&sql, database, segment).await? {
            in_segments.push(json!({ "id": segment, "name": found.segment.name }));
        }
    }
    let related = relations::of_profile(&sql, database, id, MAX_RELATIONS).await?;
    let control = control::of_profile(&sql, database, id).await?;
    let mut kept = erasures::kept_merges(&sql, id).await?;
    let sees = |id| call.caller.may_have(&[id]);
    for merge in &mut kept {
        // Those who see the one database alone learn nothing of the other.
        merge.record.sources.retain(|source| sees(source.database));
    }
    let sources = || kept.iter().flat_map(|merge| &merge.record.sources);
    let ids: Vec<ProfileId> = sources().map(|source| source.id).chain([id]).collect();
    let places = sources().map(|source| source.database).chain([database]);
    let places: BTreeSet<DatabaseId> = places.collect();
    let places: Vec<DatabaseId> = places.into_iter().collect();
    let jobs = erasures::touched(&sql, &places, &ids).await?;
    let mut whole = Person::of(&profile);
    sources().for_each(|source| whole.add(source));
    let erased = erasures::find(&sql, database, &whole).await?;
    drop(sql);
    let sight = HistorySight::of(&call, database).await?;
    let own = profile.subscriptions.iter();
    let merged = sources().flat_map(|source| &source.subscriptions);
    let subscribed: BTreeSet<ResourceId> = own.chain(merged).map(|one| one.resource).collect();
    let resources: Vec<Value> = known
        .resources
        .iter()
        .filter(|resource| subscribed.contains(&resource.id))
        .map(|resource| json!({ "id": resource.id, "name": resource.name }))
        .collect();
    let head = json!({
        "exported_at": call.now,
        "database": { "id": database, "name": known.database.name },
        "profile": profile,
        "resources": resources,
        "segments": in_segments,
        "relations": related.into_iter().filter_map(|one| shown(one, &known)).collect::<Vec<_>>(),
        "control_group": control_record(&control),
        "former_keys": former_keys(&profile, &known.database),
        "merges": kept.iter().map(|one| merge(one, &sight)).collect::<Vec<_>>(),
        "jobs": jobs,
        "erasures": erased,
    });
    let mut text = head.to_string();
    // The history goes in before the closing brace.
    text.pop();
    text.push_str(",\"history\":[");
    let rest = History {
        pool: call.pool,
        sight,
        database,
        profile: id,
        before: None,
        head: Some(text),
        is_first: true,
        over: false,
    };
    Ok(Reply::stream("application/json", rest).header(
        header::CONTENT_DISPOSITION,
        attachment(&format!("{id}.json")),
    ))
}

/// The relations of a type, as the document has them; none where the caller may not see
/// the type.
fn shown(one: SideRelations, known: &Definitions) -> Option<Value> {
    let mut types = known.relation_types.iter();
    let named = types.find(|known| known.id == one.relation_type)?;
    let pairs = one.page.relations.iter().map(|(key, relation)| {
        json!({
            "profile_id": match one.side {
                Side::A => key.b,
                Side::B => key.a,
            },
            "weights": relation.weights,
            "created_at": relation.created_at,
            "updated_at": relation.updated_at,
        })
    });
    Some(json!({
        "relation_type_id": one.relation_type,
        "name": named.name,
        "side": one.side,
        "total": one.page.total,
        "with": pairs.collect::<Vec<Value>>(),
    }))
}

/// By what those were found who were merged into the profile, as it is matched by; what is long
/// is kept as a hash.
fn former_keys(profile: &Profile, database: &Database) -> Vec<Value> {
    let keys = profile.former_keys.iter();
    keys.map(|key| json!({ "by": key.name(database), "value": key.value }))
        .collect()
}

/// A merge into the profile: those who were merged, as they were, and relations that it moved.
fn merge(kept: &KeptMerge, sight: &HistorySight) -> Value {
    let relations = kept.record.relations.iter();
    let relations = relations.filter(|(key, ..)| sight.has(key.relation_type));
    let weights = |one: &Option<Relation>| one.as_ref().map(|one| one.weights.clone());
    let relations = relations.map(|(key, before, after)| {
        json!({
            "relation_type_id": key.relation_type,
            "a": key.a,
            "b": key.b,
            "before": weights(before),
            "after": weights(after),
        })
    });
    json!({
        "id": kept.record.id,
        "at": kept.at,
        "into": kept.record.destination,
        "before": kept.record.before,
        "sources": kept.record.sources,
        "relations": relations.collect::<Vec<Value>>(),
    })
}

/// When the person was in the control group, and what was done by hand.
fn control_record(record: &ControlRecord) -> Value {
    let stays = record.stays.iter();
    let stays = stays.map(|(from, to)| json!({ "entered_at": from, "left_at": to }));
    let by_hand = record.by_hand.as_ref().map(|(is_in, reason, actor, at)| {
        json!({ "member": is_in, "reason": reason, "actor": actor, "at": at })
    });
    json!({ "stays": stays.collect::<Vec<Value>>(), "by_hand": by_hand })
}

/// A profile of a database.
///
/// # Errors
/// [`roster_http::kinds::NOT_FOUND`]; [`roster_http::kinds::MERGED`] if it is part of another.
pub(crate) async fn found(
    call: &Call,
    sql: &impl Sql,
    database: DatabaseId,
    id: ProfileId,
) -> Result<Profile, Problem> {
    let found = profiles::many(sql, &[id.pk()]).await?;
    let mut found = found.into_iter();
    match found.find(|profile| profile.id == id && profile.database == database) {
        Some(found) => Ok(found),
        None => Err(gone(call, sql, database, id).await?),
    }
}

/// The history that is still to be sent.
struct History {
    pool: &'static Pool,
    sight: HistorySight,
    database: DatabaseId,
    profile: ProfileId,
    before: Option<i64>,
    /// What stands before the first entry, until it is sent.
    head: Option<String>,
    /// Whether no entry was sent yet.
    is_first: bool,
    over: bool,
}

impl Source for History {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, Problem> {
        if self.over {
            return Ok(None);
        }
        let filter = Filter {
            before: self.before,
            ..Filter::default()
        };
        let sql = self.pool.lend_slice().await?;
        let profile = Some(self.profile);
        let found = history::list(&sql, self.database, profile, &filter, PIECE).await;
        let found = found?;
        let mut entries = found.entries;
        entries.retain(|entry| self.sight.shows(entry));
        self.sight.mask(&sql, entries.iter_mut()).await?;
        drop(sql);
        let mut text = self.head.take().unwrap_or_default();
        for entry in &entries {
            if !std::mem::take(&mut self.is_first) {
                text.push(',');
            }
            let shown = json!({
                "id": entry.id.to_string(),
                "at": entry.at,
                "kind": entry.kind,
                "actor": entry.actor,
                "interface": entry.interface,
                "changes": entry.changes,
                "about": entry.about,
            });
            text.push_str(&shown.to_string());
        }
        self.before = found.next;
        if found.next.is_none() {
            text.push_str("]}\n");
            self.over = true;
        }
        Ok(Some((text.into(), self)))
    }
}
