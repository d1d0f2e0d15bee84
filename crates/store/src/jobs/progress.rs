//! How far a job is: what it counted, and where it goes on.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How far a job is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// What it does at the moment, such as `unpacking`.
    pub phase: String,
    /// How much of it is done, in units of its kind: bytes, profiles.
    pub done: i64,
    /// How much there is in all; 0 while that is not known.
    pub total: i64,
    /// How long was worked on it, in milliseconds.
    pub busy_ms: i64,
    /// What it counted.
    pub counts: Counts,
    /// Where it goes on; its shape is the kind's.
    pub at: Value,
}

/// What a job counted. `read` is the sum of the next six.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Rows or profiles that were looked at.
    pub read: i64,
    /// Profiles that came to be.
    pub created: i64,
    /// Profiles that changed.
    pub updated: i64,
    /// Those that were already as asked.
    pub unchanged: i64,
    /// Those that are gone now.
    pub deleted: i64,
    /// Those that were left alone, each with a reason in the report.
    pub skipped: i64,
    /// Those that were refused, each with a reason in the report.
    pub failed: i64,
    /// Things to know about rows that were applied all the same.
    pub warnings: i64,
    /// Values, and whole subscriptions, that were left out of those: at least one
    /// for each warning.
    pub skipped_values: i64,
    /// Confirmations that people were asked for.
    pub asked: i64,
    /// Who entered a segment that is refreshed; they are among `updated`, as the next.
    #[serde(skip_serializing_if = "is_zero")]
    pub entered: i64,
    /// Who left it.
    #[serde(skip_serializing_if = "is_zero")]
    pub left: i64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_zero(count: &i64) -> bool {
    *count == 0
}

impl Counts {
    /// Adds others to these.
    pub fn add(&mut self, more: &Self) {
        self.read += more.read;
        self.created += more.created;
        self.updated += more.updated;
        self.unchanged += more.unchanged;
        self.deleted += more.deleted;
        self.skipped += more.skipped;
        self.failed += more.failed;
        self.warnings += more.warnings;
        self.skipped_values += more.skipped_values;
        self.asked += more.asked;
        self.entered += more.entered;
        self.left += more.left;
    }

    /// Whether every row is accounted for.
    #[must_use]
    pub fn add_up(&self) -> bool {
        let Self {
            read,
            created,
            updated,
            unchanged,
            deleted,
            skipped,
            failed,
            warnings: _,
            skipped_values: _,
            asked: _,
            entered: _,
            left: _,
        } = self;
        *read == created + updated + unchanged + deleted + skipped + failed
    }
}

impl Progress {
    /// How much is done, from 0 to 100 with one decimal; none while the whole
    /// is not known.
    #[must_use]
    pub fn percent(&self) -> Option<f64> {
        if self.total <= 0 {
            return None;
        }
        let part = self.done.clamp(0, self.total) as f64 / self.total as f64;
        Some((part * 1000.0).floor() / 10.0)
    }

    /// How many rows a second were done while somebody worked.
    #[must_use]
    pub fn rate(&self) -> Option<i64> {
        (self.busy_ms > 0).then(|| self.counts.read.saturating_mul(1000) / self.busy_ms)
    }

    /// How many more seconds of work there are, if it goes on as it went.
    #[must_use]
    pub fn seconds_left(&self) -> Option<i64> {
        if self.done <= 0 || self.total <= 0 || self.busy_ms <= 0 {
            return None;
        }
        let left = self.total.saturating_sub(self.done).max(0) as f64;
        Some((left * self.busy_ms as f64 / self.done as f64 / 1000.0).ceil() as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_a_progress() {
        let mut progress = Progress::default();
        assert_eq!(
            (progress.percent(), progress.rate(), progress.seconds_left()),
            (None, None, None)
        );
        progress.total = 3000;
        progress.done = 1000;
        progress.busy_ms = 2000;
        progress.counts.read = 500;
        assert_eq!(progress.percent(), Some(33.3));
        assert_eq!(progress.rate(), Some(250));
        assert_eq!(progress.seconds_left(), Some(4));
        assert!(!progress.counts.add_up());
        progress.counts.created = 500;
        assert!(progress.counts.add_up());
        let text = serde_json::to_string(&progress).unwrap();
        assert_eq!(serde_json::from_str::<Progress>(&text).unwrap(), progress);
        assert_eq!(
            serde_json::from_str::<Progress>("{}").unwrap(),
            Progress::default()
        );
    }
}
