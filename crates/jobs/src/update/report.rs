//! What is told of profiles that were not changed as asked.

use roster_model::error::excerpt_json;
use roster_model::write::{Outcome, Refusal, RevertConflict};
use roster_model::{Code, Invalid, ProfileId};
use roster_store::jobs::ReportRow;
use serde::{Deserialize, Serialize};

/// What is told of one profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProfileReport {
    /// The profile's id.
    pub profile: String,
    /// Why, at least one reason.
    pub reasons: Vec<Reason>,
}

/// Why a profile, or a subscription of it, was left as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// Stable name of the reason.
    pub code: String,
    /// JSON pointer into what was asked for.
    pub pointer: String,
    /// What is wrong and what would be right.
    pub detail: String,
}

/// The most reasons that are told of one profile.
const MOST: usize = 10;

fn row_report(row: i64, outcome: &str, id: ProfileId, reasons: &[Invalid]) -> ReportRow {
    let reasons = reasons.iter().take(MOST).map(|one| Reason {
        code: one.code.as_str().to_owned(),
        pointer: one.pointer.clone(),
        detail: one.detail.clone(),
    });
    let told = ProfileReport {
        profile: id.to_string(),
        reasons: reasons.collect(),
    };
    ReportRow {
        row,
        outcome: outcome.to_owned(),
        // Texts can't fail to serialise.
        body: serde_json::to_value(told).unwrap_or_default(),
    }
}

/// A profile that was refused.
pub(super) fn failed(row: i64, id: ProfileId, error: &Refusal) -> ReportRow {
    row_report(row, "failed", id, &error.errors)
}

/// A profile of which something stays that was to be taken back.
pub(super) fn kept(
    row: i64,
    changed: bool,
    outcome: &Outcome,
    kept: &[RevertConflict],
) -> ReportRow {
    let word = if changed { "warning" } else { "skipped" };
    let reasons: Vec<Invalid> = kept.iter().map(to_invalid).collect();
    row_report(row, word, outcome.id, &reasons)
}

/// What stays, with both values.
fn to_invalid(kept: &RevertConflict) -> Invalid {
    let (value, before) = (excerpt_json(&kept.value), excerpt_json(&kept.before));
    let (code, why) = match kept.reason {
        "would_wake" => (
            Code::WouldWake,
            "taking it back would make somebody reachable",
        ),
        "does_not_fit" => (Code::DoesNotFit, "the field is another one now"),
        _ => (Code::ChangedSince, "somebody has changed it since"),
    };
    let detail = format!("It stays {value} and was {before} before: {why}.");
    let mut invalid = Invalid::new(code, detail);
    invalid.pointer = format!("/{}", kept.field);
    invalid
}

/// A profile with subscriptions that were left out, of which nothing else, or
/// something, changed.
pub(super) fn left_out(row: i64, changed: bool, outcome: &Outcome) -> ReportRow {
    let word = if changed { "warning" } else { "skipped" };
    row_report(row, word, outcome.id, &outcome.skipped)
}
