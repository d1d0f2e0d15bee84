//! Listing the outbox, newest first, by whatever is asked for.

use roster_model::{DatabaseId, ProfileId};
use serde::{Deserialize, Serialize};

use super::message::message;
use super::{Kind, Message, State};
use crate::{Cell, Error, Sql, databases};

/// Which messages are asked for.
#[derive(Clone, Debug, Default)]
pub struct MessageFilter {
    /// Only those in a state.
    pub state: Option<State>,
    /// Only those of a kind.
    pub kind: Option<Kind>,
    /// Only those about a database.
    pub database: Option<DatabaseId>,
    /// Only those about a profile.
    pub profile: Option<ProfileId>,
    /// Only those for a recipient.
    pub recipient: Option<String>,
    /// Only those about databases that may be seen.
    pub seen: Option<Vec<DatabaseId>>,
}

/// The place of a message: a page goes on with older ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position(
    /// When it was made, in milliseconds.
    pub i64,
    /// Its id.
    pub i64,
);

impl From<&Message> for Position {
    fn from(message: &Message) -> Self {
        Position(message.created_at.ms(), message.id.get())
    }
}

/// A page of messages, newest first: those behind the place `after`, at most
/// `limit`.
///
/// # Errors
/// As [`Sql::query`].
pub async fn page(
    sql: &impl Sql,
    asked: &MessageFilter,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<Message>, Error> {
    let Position(at, id) = after.unwrap_or(Position(i64::MAX, i64::MAX));
    let seen = asked.seen.as_deref().map(databases::numbers).transpose()?;
    let mut parameters = vec![
        Cell::Integer(id),
        Cell::Integer(limit),
        Cell::from(asked.state.map(State::as_str)),
        Cell::from(asked.kind.map(Kind::as_str)),
        Cell::from(asked.database.map(DatabaseId::get)),
        Cell::from(asked.profile.map(ProfileId::pk)),
        Cell::from(asked.recipient.as_deref()),
        Cell::from(seen),
    ];
    let statement = if asked.recipient.is_some() {
        parameters.push(Cell::Integer(at));
        include_str!("../sql/outbox/page_of_recipient.sql")
    } else if asked.profile.is_some() {
        include_str!("../sql/outbox/page_of_profile.sql")
    } else {
        include_str!("../sql/outbox/page.sql")
    };
    let rows = sql.query(statement, parameters).await?;
    rows.into_iter().map(message).collect()
}
