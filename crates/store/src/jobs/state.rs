//! What jobs do, and where they stand.

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Reads files into profiles.
    Import,
    /// Changes many profiles alike.
    Update,
    /// Writes profiles into a file.
    Export,
    /// Looks again at who belongs to an updatable segment.
    Refresh,
    /// Draws the people of a control group.
    ControlDraw,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 5] = [
        Kind::Import,
        Kind::Update,
        Kind::Export,
        Kind::Refresh,
        Kind::ControlDraw,
    ];

    /// The name, as it is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Update => "update",
            Self::Export => "export",
            Self::Refresh => "refresh",
            Self::ControlDraw => "control_draw",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Its file is still arriving.
    Uploading,
    /// Its file is there; it waits to be told what to do.
    Uploaded,
    /// It waits for its turn.
    Queued,
    /// It is being done.
    Running,
    /// Somebody stopped it for a while.
    Paused,
    /// Done to its end.
    Completed,
    /// Ended early by what `problem` says.
    Failed,
    /// Somebody ended it.
    Cancelled,
}

impl State {
    /// All states.
    pub const ALL: [State; 8] = [
        State::Uploading,
        State::Uploaded,
        State::Queued,
        State::Running,
        State::Paused,
        State::Completed,
        State::Failed,
        State::Cancelled,
    ];

    /// The name, as it is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Uploading => "uploading",
            Self::Uploaded => "uploaded",
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether nothing will happen to it any more.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }
}
