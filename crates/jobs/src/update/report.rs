//! What is told of profiles that were not changed as asked.

use roster_model::write::{Outcome, Refusal};
use roster_model::{Invalid, ProfileId};
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

/// A profile with subscriptions that were left out, of which nothing else, or
/// something, changed.
pub(super) fn left_out(row: i64, changed: bool, outcome: &Outcome) -> ReportRow {
    let word = if changed { "warning" } else { "skipped" };
    row_report(row, word, outcome.id, &outcome.skipped)
}
