//! What a secret is for.

/// What a secret is for. What is sealed for one purpose doesn't open for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// The password of a connector: it opens somebody's database.
    Connector,
    /// The secret of a schedule: its source is shown it.
    Schedule,
    /// The value of a header that a schedule sends.
    ScheduleHeader,
    /// A secret of a webhook: what senders sign with.
    Hook,
    /// A secret of a watcher: what our messages are signed with.
    Watcher,
    /// A secret by which the tokens of an app are checked.
    AppKey,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Purpose; 6] = [
        Purpose::Connector,
        Purpose::Schedule,
        Purpose::ScheduleHeader,
        Purpose::Hook,
        Purpose::Watcher,
        Purpose::AppKey,
    ];

    /// What stands for it beside the sealed text. It never changes: what was sealed with
    /// another one would not open.
    pub(crate) const fn label(self) -> &'static [u8] {
        match self {
            Purpose::Connector => b"roster/1/connector",
            Purpose::Schedule => b"roster/1/schedule",
            Purpose::ScheduleHeader => b"roster/1/schedule-header",
            Purpose::Hook => b"roster/1/hook",
            Purpose::Watcher => b"roster/1/watcher",
            Purpose::AppKey => b"roster/1/app-key",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_purpose_has_a_label_of_its_own() {
        let mut labels = Purpose::ALL.map(Purpose::label);
        labels.sort_unstable();
        assert!(labels.is_sorted_by(|a, b| a < b), "{labels:?}");
    }
}
