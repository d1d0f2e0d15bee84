//! Segments as their rows have them.

use roster_model::segment::{Refresh, SegmentRule};
use roster_model::{
    JobId, KnownSegment, Segment, SegmentId, SegmentKind, SegmentSettings, Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::SegmentRow;
use crate::packed::{corrupt, database_id};
use crate::{Cell, Error, Row, json};

/// What makes people members, as it is stored.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct StoredRule {
    condition: Value,
    range: Value,
    limit: Option<i64>,
    refresh: Option<Refresh>,
}

type PackedRow = (
    i64,
    i64,
    i64,
    i64,
    i64,
    i64,
    String,
    String,
    String,
    Option<StoredRule>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
);

/// The kind, the rule and when a refresh is due of itself, as the statements take them.
pub(super) fn stored(settings: &SegmentSettings, at: Timestamp) -> Result<Vec<Cell>, Error> {
    let rule = StoredRule {
        condition: settings.condition.clone(),
        range: settings.range.clone(),
        limit: settings.limit,
        refresh: settings.refresh,
    };
    let has_rule = settings.kind != SegmentKind::Static;
    Ok(vec![
        Cell::from(settings.kind.as_str()),
        Cell::from(has_rule.then(|| json(&rule)).transpose()?),
        Cell::from(settings.refresh.map(|_| at.ms())),
    ])
}

pub(super) fn packed(mut rows: Vec<Row>) -> Result<Vec<SegmentRow>, Error> {
    let text = rows
        .first_mut()
        .map(|row| row.optional_text(0))
        .transpose()?;
    let Some(text) = text.flatten() else {
        return Ok(Vec::new());
    };
    let packed: Vec<PackedRow> = serde_json::from_str(&text).map_err(corrupt)?;
    packed.into_iter().map(segment).collect()
}

fn segment(row: PackedRow) -> Result<SegmentRow, Error> {
    let (id, database, revision, created_at, updated_at, members, name, description, kind, ..) =
        row;
    let (rule, counted_at, refreshed_at, job) = (row.9, row.10, row.11, row.12);
    let at = |ms: Option<i64>| ms.map(Timestamp::from_ms);
    let rule = rule.unwrap_or_default();
    let segment = Segment {
        id: SegmentId::new(id).ok_or_else(|| corrupt("a segment's id"))?,
        database: database_id(database)?,
        settings: SegmentSettings {
            name,
            description,
            kind: SegmentKind::from_name(&kind).ok_or_else(|| corrupt("a segment's kind"))?,
            condition: rule.condition,
            range: rule.range,
            limit: rule.limit,
            refresh: rule.refresh,
        },
        members,
        counted_at: at(counted_at),
        refreshed_at: at(refreshed_at),
        created_at: Timestamp::from_ms(created_at),
        updated_at: Timestamp::from_ms(updated_at),
    };
    Ok(SegmentRow {
        revision,
        segment,
        refresh_job: job.and_then(JobId::new),
    })
}

/// A segment among the definitions of its database: the id alone of a static one, else
/// `[id, kind, rule]`.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum PackedSegment {
    Static(i64),
    Living(i64, String, StoredRule),
}

/// Segments as conditions and writes know them.
pub(crate) fn known(packed: Vec<PackedSegment>) -> Result<Vec<KnownSegment>, Error> {
    let id = |id| SegmentId::new(id).ok_or_else(|| corrupt("a segment's id"));
    let read = |one| match one {
        PackedSegment::Static(one) => Ok(KnownSegment::of_static(id(one)?)),
        PackedSegment::Living(one, kind, rule) => Ok(KnownSegment {
            id: id(one)?,
            kind: SegmentKind::from_name(&kind).ok_or_else(|| corrupt("a segment's kind"))?,
            rule: Some(SegmentRule::of_stored(rule.condition, &rule.range)),
        }),
    };
    packed.into_iter().map(read).collect()
}
