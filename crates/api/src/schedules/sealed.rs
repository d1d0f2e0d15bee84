//! What a schedule keeps sealed: its secret, and the values of its headers.

use crate::sealing;
use roster_http::Problem;
use roster_model::schedule::Source;
use roster_seal::{Keyring, Purpose};
use roster_store::schedules::{Schedule, StoredSecret};

/// The member of a schedule that brings its secrets.
pub(super) const SOURCE: &str = "source";

/// What is stored for a secret that was given. The same again stays as it is stored.
pub(super) fn secret(
    keys: &Keyring,
    before: Option<&Schedule>,
    plain: &str,
) -> Result<StoredSecret, Problem> {
    let stored = before.and_then(|before| before.secret.as_ref());
    let stored = stored.map(|kept| kept.0.as_str());
    let kept = keys.keep(Purpose::Schedule, stored, plain);
    Ok(StoredSecret(kept.map_err(|error| sealing::unkept(&error))?))
}

/// Seals the values of headers that were given. Those that stay, and those that are given
/// again, are as they are stored.
pub(super) fn headers(
    keys: &Keyring,
    before: Option<&Schedule>,
    source: &mut Source,
) -> Result<(), Problem> {
    let Source::File(source) = source else {
        // A table's secret is the connector's.
        return Ok(());
    };
    let stored = before.and_then(|before| before.settings.source.file());
    let stored = stored.map_or(&[][..], |file| file.headers.as_slice());
    for (name, value) in &mut source.headers {
        let there = stored.iter().find(|(other, _)| other == name);
        let there = there.map(|(_, value)| value.as_str());
        if there != Some(value.as_str()) {
            let kept = keys.keep(Purpose::ScheduleHeader, there, value);
            *value = kept.map_err(|error| sealing::unkept(&error))?;
        }
    }
    Ok(())
}
