//! How far a run has read a table: kept in what there is to tell of the run.

use super::super::is_full;
use roster_model::Code;
use roster_model::connector::ConnectorSettings;
use roster_model::schedule::TableSource;
use roster_source::Bounds;
use roster_source::SourceError;
use roster_store::schedules::{Run, Schedule};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// How many rows that share the latest watermark are remembered. Where there are more, all of
/// them are read again.
const MET: usize = 1000;

/// How far a run has read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Position {
    /// What is read; another source begins at its beginning.
    place: Value,
    /// The key of the last row.
    pub after: Option<String>,
    /// The watermark that is read from.
    since: Option<String>,
    /// Hashes of the rows at that watermark which an earlier run has met.
    before: Vec<i64>,
    /// The latest watermark at the start: where the next run begins, since a row that changes
    /// while this one goes on may be behind it already.
    pub ceiling: Option<String>,
    /// Hashes of the rows at the latest watermark; none where they are too many.
    met: Option<Vec<i64>>,
    /// How many rows the import has.
    pub rows: i64,
    /// How many were left out, since they are as they were.
    pub left: i64,
    /// Whether that was all.
    pub done: bool,
}

impl Position {
    /// How far a run is, or where it begins.
    pub fn of(
        run: &Run,
        schedule: &Schedule,
        source: &TableSource,
        connector: &ConnectorSettings,
    ) -> Result<Self, SourceError> {
        let place = place(source, connector);
        if let Some(stored) = run.detail.get("reached") {
            let position: Position = serde_json::from_value(stored.clone()).map_err(|error| {
                let detail = format!("How far the run is can't be read: {error}.");
                SourceError::permanent(Code::Corrupt, detail)
            })?;
            if position.place != place {
                let detail = "The source, or its connector, was changed while the run went on: run the schedule again.";
                return Err(SourceError::permanent(Code::SourceChanged, detail));
            }
            return Ok(position);
        }
        let seen = &schedule.seen;
        let known =
            !is_full(run) && source.watermark.is_some() && seen.get("place") == Some(&place);
        let text = |name: &str| seen.get(name).and_then(Value::as_str).map(str::to_owned);
        let met = seen.get("met").cloned().unwrap_or_default();
        Ok(Position {
            since: text("watermark").filter(|_| known),
            before: match known {
                true => serde_json::from_value(met).unwrap_or_default(),
                false => Vec::new(),
            },
            met: Some(Vec::new()),
            place,
            ..Position::default()
        })
    }

    /// Whether nothing was read yet.
    pub fn is_new(&self) -> bool {
        self.after.is_none() && self.rows == 0 && self.left == 0
    }

    /// What is read, and where, as a text.
    pub fn place(&self) -> String {
        self.place.to_string()
    }

    /// Forgets what was read, which begins again.
    pub fn restart(&mut self) {
        (self.rows, self.left, self.met) = (0, 0, Some(Vec::new()));
    }

    /// Which rows come next.
    pub fn bounds(&self, keys: bool) -> Bounds {
        Bounds {
            after: self.after.clone(),
            watermark: self.since.clone(),
            ceiling: self.ceiling.clone(),
            keys,
        }
    }

    /// Whether an earlier run has met a row that is at the watermark.
    pub fn has_met(&self, hash: i64) -> bool {
        self.before.contains(&hash)
    }

    /// Remembers a row at the latest watermark.
    pub fn meet(&mut self, hash: i64) {
        if let Some(met) = &mut self.met {
            match met.len() < MET {
                true => met.push(hash),
                false => self.met = None,
            }
        }
    }

    /// What the next run begins with, when this one is completed.
    fn seen(&self) -> Value {
        let watermark = self.ceiling.as_ref().or(self.since.as_ref());
        json!({
            "place": self.place,
            "watermark": watermark,
            "met": self.met,
        })
    }

    pub fn to_json(&self) -> Value {
        // Texts and numbers can't fail to serialise.
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// What is read, and where.
fn place(source: &TableSource, connector: &ConnectorSettings) -> Value {
    json!({ "source": source.place(), "target": connector.target() })
}

/// Whether a run has read to the end of its table, as far as it says so.
pub(in super::super) fn has_all(detail: &Value) -> bool {
    detail
        .get("reached")
        .is_none_or(|reached| reached.get("done") == Some(&Value::Bool(true)))
}

/// What a completed run of a table has seen, if it is of this source still.
pub(in super::super) fn seen_of(
    detail: &Value,
    source: &TableSource,
    connector: &ConnectorSettings,
) -> Option<Value> {
    let position: Position = serde_json::from_value(detail.get("reached")?.clone()).ok()?;
    (position.place == place(source, connector)).then(|| position.seen())
}

/// A text as a number, which is another one for another text: the first 64 bits of its SHA-256.
pub(super) fn hash(text: &str) -> i64 {
    let sum = Sha256::digest(text.as_bytes());
    let mut first = [0; 8];
    for (to, from) in first.iter_mut().zip(sum) {
        *to = from;
    }
    i64::from_be_bytes(first)
}
