//! Gives the keys of an older file the form that texts are compared in now.
//!
//! A key is its own text, so it can be made again without its profile. Keys of
//! plain ASCII with single spaces are as they should be, which is nearly all of
//! most files; SQL leaves them out. The others come in slices, and only what
//! changes is written. So it takes one walk over the index, inside the
//! migration's transaction.
//!
//! Two profiles whose unique values are one now both keep it: neither is chosen.
//! Anyone who matches by it is told that it is ambiguous, with both, and nobody
//! else can take it. Keys of long texts (hashes) stay as they are until their
//! profile is written.

use roster_model::Email;
use roster_model::contact::kind_of;
use roster_model::standard::EMAIL;
use roster_model::{Channel, text};
use serde_json::{Value, json};
use std::borrow::Cow;

use crate::packed::corrupt;
use crate::{Cell, Error, Sql};

/// How many keys a slice has at most.
const SLICE: i64 = 2000;

/// Makes all keys again: of profiles, of subscriptions to e-mails, of suppressed
/// addresses.
pub(super) async fn all(sql: &impl Sql) -> Result<(), Error> {
    keys(sql).await?;
    let contacts = include_str!("../sql/rekey/contacts.sql");
    let put = include_str!("../sql/rekey/put_contacts.sql");
    emails(sql, contacts, put).await?;
    let entries = include_str!("../sql/rekey/entries.sql");
    let put = include_str!("../sql/rekey/put_entries.sql");
    emails(sql, entries, put).await
}

async fn keys(sql: &impl Sql) -> Result<(), Error> {
    type Key = (i64, i64, String, i64, i64);
    let mut after: (i64, i64, String, i64) = (0, 0, String::new(), -1);
    loop {
        let (database, kind, value, slot) = after.clone();
        let parameters = vec![
            Cell::Integer(database),
            Cell::Integer(kind),
            Cell::Text(value),
            Cell::Integer(slot),
            Cell::Integer(SLICE),
        ];
        let mut rows = sql
            .query(include_str!("../sql/rekey/keys.sql"), parameters)
            .await?;
        let Some(row) = rows.first_mut() else {
            return Ok(());
        };
        let slice: Vec<Key> = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
        let Some((database, kind, value, slot, _)) = slice.last().cloned() else {
            return Ok(());
        };
        after = (database, kind, value, slot);
        let mut changed: Vec<Value> = Vec::new();
        for (database, kind, old, slot, profile) in &slice {
            let new = of_kind(*kind, old);
            if new != *old {
                changed.push(json!([database, kind, old, slot, new, profile]));
            }
        }
        if changed.is_empty() {
            continue;
        }
        let changed = crate::json(&changed)?;
        for statement in [
            include_str!("../sql/rekey/delete_keys.sql"),
            include_str!("../sql/rekey/put_keys.sql"),
            include_str!("../sql/rekey/put_more_keys.sql"),
            include_str!("../sql/rekey/share_keys.sql"),
        ] {
            sql.query(statement, vec![Cell::Text(changed.clone())])
                .await?;
        }
    }
}

/// The key as it is made now.
fn of_kind(kind: i64, old: &str) -> Cow<'_, str> {
    if old.starts_with('\u{1}') {
        Cow::Borrowed(old)
    } else if kind == EMAIL.get() || kind == kind_of(Channel::Email) {
        Cow::Owned(Email::stored(old).into_parts().1)
    } else {
        text::canonical(old)
    }
}

/// Gives e-mail keys, which `select` finds, their new form by `put`.
async fn emails(sql: &impl Sql, select: &str, put: &str) -> Result<(), Error> {
    let mut rows = sql.query(select, vec![]).await?;
    let Some(row) = rows.first_mut() else {
        return Ok(());
    };
    let found: Vec<String> = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    let pair = |old: String| {
        let new = Email::stored(&old).into_parts().1;
        (new != old).then(|| json!([old, new]))
    };
    let changed: Vec<Value> = found.into_iter().filter_map(pair).collect();
    if !changed.is_empty() {
        let parameters = vec![Cell::Text(crate::json(&changed)?)];
        sql.query(put, parameters).await?;
    }
    Ok(())
}
