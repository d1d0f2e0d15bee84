//! Many profiles in one text: how the statements hand them over.
//!
//! Every row that Spin's SQLite returns costs a hop between threads, so a
//! statement that finds many profiles puts them into one JSON array of arrays:
//! `[pk, database, revision, status, created_at, updated_at, data, subscriptions,
//! status_by, control, former_keys]`, `control` being `[entered_at, drawn, by hand]`, or `null` where the
//! database has no control group.

use roster_model::control::ControlState;
use roster_model::matching::MatchKey;
use roster_model::profile::Profile;
use roster_model::subscription::Subscription;
use roster_model::{DatabaseId, Party, ProfileId, Status, Timestamp};
use serde_json::{Map, Value, json};

use crate::Error;

type PackedRow = (
    i64,
    i64,
    i64,
    i64,
    i64,
    i64,
    Map<String, Value>,
    Vec<Value>,
    i64,
    PackedControl,
    Vec<(i64, String)>,
);

/// Where a profile stands in the control group, as it is packed.
pub(crate) type PackedControl = Option<(Option<i64>, i64, Option<i64>)>;

/// Where a profile stands in the control group.
pub(crate) fn control(packed: PackedControl) -> ControlState {
    let (entered_at, is_drawn, by_hand) = packed.unwrap_or_default();
    ControlState {
        entered_at: entered_at.map(Timestamp::from_ms),
        is_drawn: is_drawn != 0,
        by_hand: by_hand.map(|is_in| is_in != 0),
    }
}

/// The profiles in a packed text.
///
/// # Errors
/// [`Error::Corrupt`] when it isn't what the store writes.
pub(crate) fn profiles(text: &str) -> Result<Vec<Profile>, Error> {
    let packed: Vec<PackedRow> = serde_json::from_str(text).map_err(corrupt)?;
    packed.into_iter().map(profile).collect()
}

fn profile(packed: PackedRow) -> Result<Profile, Error> {
    let (
        pk,
        database,
        revision,
        status,
        created_at,
        updated_at,
        data,
        subscriptions,
        by,
        place,
        former_keys,
    ) = packed;
    Ok(Profile {
        id: ProfileId::from_pk(pk).ok_or_else(|| corrupt("a profile's key"))?,
        database: database_id(database)?,
        revision,
        status: status_of(status)?,
        status_by: Party::from_code(by).ok_or_else(|| corrupt("a party"))?,
        created_at: Timestamp::from_ms(created_at),
        updated_at: Timestamp::from_ms(updated_at),
        data,
        subscriptions: subscriptions
            .iter()
            .map(subscription)
            .collect::<Result<_, _>>()?,
        control: control(place),
        former_keys: former_keys
            .into_iter()
            .map(|(kind, value)| MatchKey { kind, value })
            .collect(),
    })
}

/// A profile as [`profiles`] reads it.
pub(crate) fn pack(profile: &Profile) -> Value {
    let subscriptions = profile.subscriptions.iter();
    let subscriptions: Vec<Value> = subscriptions.map(Subscription::to_stored).collect();
    let former = profile.former_keys.iter();
    let former: Vec<(i64, &str)> = former.map(|key| (key.kind, key.value.as_str())).collect();
    json!([
        profile.id.pk(),
        profile.database.get(),
        profile.revision,
        profile.status.number(),
        profile.created_at.ms(),
        profile.updated_at.ms(),
        profile.data,
        subscriptions,
        profile.status_by.code(),
        pack_control(profile),
        former
    ])
}

/// Where it stands in its control group, as the view `packed_profiles` has it.
fn pack_control(profile: &Profile) -> Value {
    let state = profile.control;
    if state == ControlState::default() {
        return Value::Null;
    }
    let since = state.entered_at.map(Timestamp::ms);
    json!([
        since,
        i64::from(state.is_drawn),
        state.by_hand.map(i64::from)
    ])
}

/// A subscription as it is stored.
pub(crate) fn subscription(stored: &Value) -> Result<Subscription, Error> {
    Subscription::from_stored(stored).map_err(|error| corrupt(error.detail))
}

/// A database's id from its number.
pub(crate) fn database_id(id: i64) -> Result<DatabaseId, Error> {
    DatabaseId::new(id).ok_or_else(|| corrupt("a database's id"))
}

/// A status from its number.
pub(crate) fn status_of(number: i64) -> Result<Status, Error> {
    Status::from_number(number).ok_or_else(|| corrupt("a status"))
}

/// What the store never writes, so the file was changed by something else.
pub(crate) fn corrupt(what: impl std::fmt::Display) -> Error {
    Error::Corrupt(what.to_string())
}
