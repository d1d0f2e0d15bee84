//! What a message is, and how its row is read.

use roster_model::{DatabaseId, MessageId, ProfileId, Timestamp};
use serde_json::Value;

use crate::packed::corrupt;
use crate::{Error, Row};

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Asks a person to confirm a subscription.
    Confirmation,
    /// Tells a watcher of a change.
    Change,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 2] = [Kind::Confirmation, Kind::Change];

    /// The name, as in JSON and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Confirmation => "confirmation",
            Kind::Change => "change",
        }
    }

    /// The kind with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// Where a message is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// It waits for its time.
    Queued,
    /// It was taken by the one who delivers it.
    Sent,
    /// It was refused, or tried too often.
    Dead,
    /// It is not to be sent any more.
    Cancelled,
    /// It waits for somebody to let it go: the contact is suppressed, or was
    /// asked too often.
    Held,
}

impl State {
    /// All states.
    pub const ALL: [State; 5] = [
        State::Queued,
        State::Sent,
        State::Dead,
        State::Cancelled,
        State::Held,
    ];

    /// The name, as in JSON and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            State::Queued => "queued",
            State::Sent => "sent",
            State::Dead => "dead",
            State::Cancelled => "cancelled",
            State::Held => "held",
        }
    }

    /// The state with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// A try to send a message; stored as `[at, status, detail]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// When it ended.
    pub at: Timestamp,
    /// The status of the answer; 0 where none came.
    pub status: u16,
    /// What was said, for people.
    pub detail: String,
}

/// A message.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// What it is for.
    pub kind: Kind,
    /// The database that it is about; none for a test of a watcher of all.
    pub database: Option<DatabaseId>,
    /// The profile that it is about; none for a test of a watcher.
    pub profile: Option<ProfileId>,
    /// Whom it is for: `email:ada@example.org`, `watcher:1`.
    pub recipient: String,
    /// Where it is on its way.
    pub state: State,
    /// Why it is there, for people; may be empty.
    pub detail: String,
    /// What it says, or what it is made of.
    pub body: Value,
    /// When it was written down.
    pub created_at: Timestamp,
    /// When it is to be sent, or was.
    pub due_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How often sending was tried since it was queued.
    pub tries: i64,
    /// The last tries, the oldest first.
    pub attempts: Vec<Attempt>,
}

/// A message from its row.
pub(super) fn message(mut row: Row) -> Result<Message, Error> {
    let kind = row.text(1)?;
    let state = row.text(5)?;
    let attempts: Vec<(i64, u16, String)> =
        serde_json::from_str(&row.text(12)?).map_err(corrupt)?;
    Ok(Message {
        id: MessageId::new(row.integer(0)?).ok_or_else(|| corrupt("a message's id"))?,
        kind: Kind::named(&kind).ok_or_else(|| corrupt("a message's kind"))?,
        database: DatabaseId::new(row.integer(2)?),
        profile: ProfileId::from_pk(row.integer(3)?),
        recipient: row.text(4)?,
        state: State::named(&state).ok_or_else(|| corrupt("a message's state"))?,
        detail: row.text(6)?,
        body: serde_json::from_str(&row.text(7)?).map_err(corrupt)?,
        created_at: Timestamp::from_ms(row.integer(8)?),
        due_at: Timestamp::from_ms(row.integer(9)?),
        ended_at: row.optional_integer(10)?.map(Timestamp::from_ms),
        tries: row.integer(11)?,
        attempts: attempts
            .into_iter()
            .map(|(at, status, detail)| Attempt {
                at: Timestamp::from_ms(at),
                status,
                detail,
            })
            .collect(),
    })
}
