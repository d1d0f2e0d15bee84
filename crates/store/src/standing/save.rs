//! Writing how contacts stand with nothing else beside it: erasures, old links,
//! what is taken over or lifted.

use roster_model::ending::{Ending, EndingChange, Reach, contacts_of};
use roster_model::{Contact, Party, Profile, ResourceId, Standing, Status, Timestamp};
use serde_json::Value;

use super::{StandingKeys, put, touched};
use crate::packed::corrupt;
use crate::{Cell, Error, Sql};

/// How somebody who was erased stands.
pub(crate) const LEFT: Standing = Standing {
    status: Status::Unsubscribed,
    by: Party::Person,
};

/// How an erasure is called.
pub(crate) const ERASED: &str = "erased";

/// The keys as they are now, to ask whatever there is.
///
/// # Errors
/// As [`Sql::query`].
pub async fn load(sql: &impl Sql) -> Result<StandingKeys, Error> {
    let statement = include_str!("../sql/standing/keys.sql");
    StandingKeys::read(list(sql, statement, vec![]).await?, true, true)
}

/// Notes that a person was erased: nothing is sent to them by the database until
/// they say that they want it.
///
/// # Errors
/// As [`Sql::query`].
pub async fn erased(
    sql: &impl Sql,
    keys: &StandingKeys,
    profile: &Profile,
    at: Timestamp,
) -> Result<(), Error> {
    let contacts = contacts_of(profile).into_iter();
    let changes: Vec<EndingChange> = contacts
        .map(|contact| EndingChange {
            ending: Ending {
                contact,
                category: None,
                reach: Reach::database(profile.database),
                standing: LEFT,
                at,
                noted_at: at,
                how: ERASED.to_owned(),
                told_in: Some(profile.database),
            },
            at_most: None,
        })
        .collect();
    save(sql, keys, &changes).await
}

/// Notes that the owner of a contact left a resource, no matter who has the contact.
///
/// # Errors
/// As [`Sql::query`].
pub async fn left(
    sql: &impl Sql,
    keys: &StandingKeys,
    contact: &Contact,
    resource: ResourceId,
    how: &str,
    at: Timestamp,
) -> Result<(), Error> {
    let change = EndingChange {
        ending: Ending {
            contact: contact.clone(),
            category: None,
            reach: Reach::resource(resource),
            standing: LEFT,
            at,
            noted_at: at,
            how: how.to_owned(),
            told_in: None,
        },
        at_most: None,
    };
    save(sql, keys, &[change]).await
}

/// Writes changes, and has the subscriptions of their contacts say so.
pub(crate) async fn save(
    sql: &impl Sql,
    keys: &StandingKeys,
    changes: &[EndingChange],
) -> Result<(), Error> {
    let contacts = changes.iter().map(|change| &change.ending.contact);
    let touched = touched(keys, contacts);
    write(sql, &put(keys, changes)?, &touched).await
}

/// Writes rows with nothing else beside them.
pub(crate) async fn write(sql: &impl Sql, rows: &[Value], touched: &[Value]) -> Result<(), Error> {
    let parameters = vec![
        Cell::Text(crate::json(rows)?),
        Cell::Text(crate::json(touched)?),
    ];
    sql.query(include_str!("../sql/standing/put.sql"), parameters)
        .await?;
    Ok(())
}

/// The one JSON text that a statement gives.
pub(crate) async fn list<T: serde::de::DeserializeOwned>(
    sql: &impl Sql,
    statement: &str,
    parameters: Vec<Cell>,
) -> Result<T, Error> {
    let mut rows = sql.query(statement, parameters).await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    serde_json::from_str(&row.text(0)?).map_err(corrupt)
}
