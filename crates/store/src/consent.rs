//! What else is known of somebody's contacts: in other profiles of the database.

use roster_model::matching::MatchKey;
use roster_model::{Profile, Subscription};
use serde_json::Value;

use crate::packed::{corrupt, subscription};
use crate::{Cell, Error, Sql};

/// How many subscriptions of others are looked at.
const MOST: i64 = 1000;

/// Subscriptions of other profiles with the same contact to the same resource
/// that stand against messages: the person said no there.
///
/// # Errors
/// As [`Sql::query`].
pub async fn against_elsewhere(
    sql: &impl Sql,
    profile: &Profile,
) -> Result<Vec<Subscription>, Error> {
    let contacts = profile.subscriptions.iter().filter(|one| !one.deleted);
    let asked: Vec<(i64, String, i64, i64, String)> = contacts
        .map(|one| {
            let key = MatchKey::of_contact(&one.contact);
            let channel = one.contact.channel().code();
            let contact = one.contact.key().into_owned();
            (key.kind, key.value, one.resource.get(), channel, contact)
        })
        .collect();
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let parameters = vec![
        Cell::Integer(profile.database.get()),
        Cell::Integer(profile.id.pk()),
        Cell::Text(crate::json(&asked)?),
        Cell::Integer(MOST),
    ];
    let mut rows = sql
        .query(include_str!("sql/consent/elsewhere.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let bodies: Vec<Value> = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    let found: Vec<Subscription> = bodies.iter().map(subscription).collect::<Result<_, _>>()?;
    let found = found.into_iter();
    Ok(found.filter(|one| one.standing().is_protected()).collect())
}
