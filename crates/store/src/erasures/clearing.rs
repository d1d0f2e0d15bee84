//! Taking a person out of what others keep: histories of profiles that they were part of, were
//! split from or are related to, messages about these, and records of merges.

use roster_model::erasure::Loan;
use roster_model::history::Change;
use roster_model::{Profile, ProfileId};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeSet;

use super::traces::{Stay, Traces, holders, rows_about};
use super::{BYTES, ROWS, packed};
use crate::history::{Compact, shown_changes};
use crate::packed::{self as packing, corrupt};
use crate::write::recipient;
use crate::{Cell, Error, Sql, json, profiles};

/// All of a history.
const ALWAYS: (i64, i64) = (i64::MIN, i64::MAX);

/// No time at all.
const NEVER: (i64, i64) = (i64::MAX, i64::MIN);

/// Deletes what others keep of a person. The person's own history, which says who they are,
/// must still be there when [`Traces`] are looked for.
///
/// # Errors
/// As [`Sql::query`].
pub async fn forget_traces(sql: &impl Sql, traces: &Traces) -> Result<(), Error> {
    forget_relations(sql, traces).await?;
    let mut loans = Vec::new();
    for stay in &traces.stays {
        loans.push((stay, forget_stay(sql, traces, stay).await?));
    }
    forget_kin(sql, traces).await?;
    forget_guests(sql, traces).await?;
    forget_records(sql, traces, &loans).await
}

/// What the histories of others tell of relations to them, and messages about that.
async fn forget_relations(sql: &impl Sql, traces: &Traces) -> Result<(), Error> {
    if traces.related.is_empty() {
        return Ok(());
    }
    let related: Vec<i64> = traces.related.iter().copied().collect();
    let related = json(&holders(sql, &related).await?)?;
    delete_relations(sql, &related, &traces.ids()?, ALWAYS).await
}

/// Deletes messages of some profiles to a person, and to watchers those within a time or that
/// name the person.
async fn delete_messages(
    sql: &impl Sql,
    of: &str,
    traces: &Traces,
    (from, until): (i64, i64),
) -> Result<(), Error> {
    let contacts = traces.versions.iter().flat_map(|one| &one.subscriptions);
    let recipients: BTreeSet<String> = contacts.map(|one| recipient(&one.contact)).collect();
    let names: Vec<&str> = traces.person.names().collect();
    let parameters = vec![
        Cell::from(of),
        Cell::Text(json(&recipients)?),
        Cell::Integer(from),
        Cell::Integer(until),
        Cell::Text(json(&names)?),
    ];
    sql.query(
        include_str!("../sql/erasures/delete_messages.sql"),
        parameters,
    )
    .await?;
    Ok(())
}

/// Deletes what histories and messages tell within a time of relations to some ids.
async fn delete_relations(
    sql: &impl Sql,
    of: &str,
    to: &Cell,
    (from, until): (i64, i64),
) -> Result<(), Error> {
    for statement in [
        include_str!("../sql/erasures/delete_relation_history.sql"),
        include_str!("../sql/erasures/delete_relation_messages.sql"),
    ] {
        let parameters = vec![
            Cell::from(of),
            to.clone(),
            Cell::Integer(from),
            Cell::Integer(until),
        ];
        sql.query(statement, parameters).await?;
    }
    Ok(())
}

/// Takes them out of the history of a profile that they were part of: it reads as if they had
/// never been. What it keeps to this day is its own.
async fn forget_stay(sql: &impl Sql, traces: &Traces, stay: &Stay) -> Result<Loan, Error> {
    let hosts = holders(sql, &[stay.profile]).await?;
    let now = profiles::many(sql, &hosts).await?;
    let has = |field: &str| now.iter().any(|one| has_subscription(one, field));
    let merge = stay.merge.to_string();
    let mut loan = Loan::default();
    each_entry(sql, &hosts, stay.during, |changes, about| {
        let mut any = false;
        if let Some(about) = about.as_mut().filter(|about| about["merge"] == *merge) {
            if about["undone"] != true {
                loan.add(changes, has);
            }
            any = drop_ids(about, "sources", traces);
        }
        any | loan.take_out(changes)
    })
    .await?;

    let named = json(&hosts)?;
    let related: Vec<i64> = traces.related.iter().copied().collect();
    if !related.is_empty() {
        let others = holders(sql, &related).await?;
        delete_relations(sql, &named, &ids(&others)?, stay.during).await?;
        delete_relations(sql, &json(&others)?, &ids(&hosts)?, stay.during).await?;
    }
    delete_messages(sql, &named, traces, stay.during).await?;
    Ok(loan)
}

/// Takes them out of the histories of those who were split from them, or they from whom:
/// copies of their history, and subscriptions that are theirs.
async fn forget_kin(sql: &impl Sql, traces: &Traces) -> Result<(), Error> {
    if traces.kin.is_empty() {
        return Ok(());
    }
    let kin: Vec<i64> = traces.kin.iter().copied().collect();
    let holders = holders(sql, &kin).await?;
    let parameters = vec![Cell::Text(json(&holders)?), traces.ids()?];
    let statement = include_str!("../sql/erasures/delete_copies.sql");
    sql.query(statement, parameters).await?;
    delete_messages(sql, &json(&holders)?, traces, NEVER).await?;
    let own = traces.versions.iter().flat_map(|one| &one.subscriptions);
    let own: BTreeSet<String> = own.map(|one| one.history_field()).collect();
    for holder in holders {
        let now = profiles::many(sql, &[holder]).await?;
        let has = |field: &str| now.iter().any(|one| has_subscription(one, field));
        each_entry(sql, &[holder], ALWAYS, |changes, about| {
            let count = changes.len();
            changes.retain(|one| !own.contains(&one.field) || has(&one.field));
            let mut any = changes.len() < count;
            if let Some(about) = about {
                any |= drop_ids(about, "split_into", traces);
                any |= drop_ids(about, "split_from", traces);
            }
            any
        })
        .await?;
    }
    Ok(())
}

/// Those who were part of them don't say so any more.
async fn forget_guests(sql: &impl Sql, traces: &Traces) -> Result<(), Error> {
    if !traces.guests.is_empty() {
        let guests: Vec<i64> = traces.guests.iter().copied().collect();
        let holders = holders(sql, &guests).await?;
        let parameters = vec![Cell::Text(json(&holders)?), traces.ids()?];
        let statement = include_str!("../sql/erasures/forget_destination.sql");
        sql.query(statement, parameters).await?;
    }
    let undone: Vec<i64> = traces.undone.iter().copied().collect();
    let parameters = vec![Cell::Text(json(&undone)?)];
    sql.query(
        include_str!("../sql/erasures/delete_merges.sql"),
        parameters,
    )
    .await?;
    Ok(())
}

/// Takes them out of the records of others' merges: relations to them, which undoing would
/// bring back, and what those had of them meanwhile.
async fn forget_records(
    sql: &impl Sql,
    traces: &Traces,
    loans: &[(&Stay, Loan)],
) -> Result<(), Error> {
    let is_theirs = |pk: &Value| pk.as_i64().is_some_and(|pk| traces.parts.contains_key(&pk));
    let hosts = loans.iter().map(|(stay, _)| stay.profile);
    let asked: Vec<i64> = traces.parts.keys().copied().chain(hosts).collect();
    for (id, _, destination, at, undone_at, mut record) in rows_about(sql, &asked).await? {
        // Those go with the profile.
        if traces.parts.contains_key(&destination) {
            continue;
        }
        let before = record.clone();
        if let Some(relations) = record["relations"].as_array_mut() {
            relations.retain(|one| !is_theirs(&one[0][1]) && !is_theirs(&one[0][2]));
        }
        if let Some(sources) = record["sources"].as_array_mut() {
            sources.retain(|one| !is_theirs(one));
        }
        for (stay, loan) in loans {
            let meanwhile = at >= stay.during.0 && at <= stay.during.1;
            if undone_at.is_none() && stay.profile == destination && meanwhile {
                take_back(sql, &mut record, loan, destination).await?;
            }
        }
        if record != before {
            let parameters = vec![Cell::Integer(id), Cell::Text(json(&record)?)];
            sql.query(include_str!("../sql/erasures/put_record.sql"), parameters)
                .await?;
        }
    }
    Ok(())
}

/// Takes what was on loan out of a profile as a record has it before and after a merge, and
/// the keys by which it isn't found any more.
async fn take_back(
    sql: &impl Sql,
    record: &mut Value,
    loan: &Loan,
    destination: i64,
) -> Result<(), Error> {
    let now = profiles::many(sql, &holders(sql, &[destination]).await?).await?;
    for name in ["before", "after"] {
        if record[name].is_null() {
            continue;
        }
        let read = packing::profiles(&Value::Array(vec![record[name].take()]).to_string())?;
        let mut profile = read.into_iter().next().ok_or_else(|| corrupt("a record"))?;
        loan.take_out_of(&mut profile);
        profile
            .former_keys
            .retain(|key| now.iter().any(|one| one.former_keys.contains(key)));
        record[name] = packing::pack(&profile);
    }
    Ok(())
}

/// Gives every entry of histories within a time to `change`, and stores those that it changed.
async fn each_entry(
    sql: &impl Sql,
    holders: &[i64],
    (from, until): (i64, i64),
    mut change: impl FnMut(&mut Vec<Change>, &mut Option<Value>) -> bool,
) -> Result<(), Error> {
    type Slice = (Vec<(i64, Box<RawValue>, Option<Value>)>, Option<i64>);
    let holders = json(holders)?;
    let mut after = 0;
    loop {
        let parameters = vec![
            Cell::from(holders.as_str()),
            Cell::Integer(from),
            Cell::Integer(until),
            Cell::Integer(after),
            Cell::Integer(ROWS),
            Cell::Integer(BYTES),
        ];
        let statement = include_str!("../sql/erasures/entries_between.sql");
        let (mut entries, last): Slice = packed(sql, statement, parameters).await?;
        entries.sort_unstable_by_key(|(id, ..)| *id);
        for (id, changes, mut about) in entries {
            let changes = shown_changes(changes)?;
            let mut changes: Vec<Change> = serde_json::from_str(changes.get()).map_err(corrupt)?;
            if !change(&mut changes, &mut about) {
                continue;
            }
            let about = match about {
                Some(about) if !about.is_null() => Cell::Text(json(&about)?),
                _ => Cell::Null,
            };
            let parameters = vec![
                Cell::Integer(id),
                Cell::Text(json(&Compact(&changes))?),
                about,
            ];
            sql.query(include_str!("../sql/erasures/put_entry.sql"), parameters)
                .await?;
        }
        match last {
            Some(last) => after = last,
            None => return Ok(()),
        }
    }
}

/// Takes their ids out of a member, which is one or a list; whether there was any.
fn drop_ids(about: &mut Value, member: &str, traces: &Traces) -> bool {
    let is_theirs = |one: &Value| traces.person.ids().any(|id| one == id);
    let Some(members) = about.as_object_mut() else {
        return false;
    };
    match members.get_mut(member) {
        Some(Value::Array(ids)) => {
            let count = ids.len();
            ids.retain(|one| !is_theirs(one));
            ids.len() < count
        }
        Some(one) if is_theirs(one) => members.remove(member).is_some(),
        _ => false,
    }
}

fn has_subscription(profile: &Profile, field: &str) -> bool {
    let mut own = profile.subscriptions.iter();
    own.any(|one| one.history_field() == field)
}

/// The ids of profiles, as JSON.
fn ids(pks: &[i64]) -> Result<Cell, Error> {
    let ids: Vec<ProfileId> = pks
        .iter()
        .filter_map(|pk| ProfileId::from_pk(*pk))
        .collect();
    Ok(Cell::Text(json(&ids)?))
}
