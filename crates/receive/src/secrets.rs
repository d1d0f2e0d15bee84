//! A webhook's secrets: several hold at a time, so that a sender can change over
//! from one to the next.

use roster_model::Code;
use roster_model::{Invalid, Timestamp};
use roster_seal::{Keyring, OpenError, Purpose, SealError};
use roster_store::hooks::HookSecret;
use roster_webhook::{Scheme, Secret};
use serde_json::Value;

/// The most secrets that hold at a time.
pub const MOST: usize = 5;

/// How many characters of a secret are shown, once it is known.
const SHOWN_CHARS: usize = 4;

/// The secrets that hold at a time.
#[derive(Debug, Default)]
pub struct CurrentSecrets {
    /// Those that can be opened.
    pub secrets: Vec<Secret>,
    /// Why another one can't: what these don't verify may be verified by that.
    pub unreadable: Option<OpenError>,
}

/// The secrets that hold at a time. One that doesn't fit the scheme holds for
/// nothing: settings are only changed together with them.
pub fn holding(
    keys: &Keyring,
    scheme: &Scheme,
    kept: &[HookSecret],
    at: Timestamp,
) -> CurrentSecrets {
    let mut current = CurrentSecrets::default();
    if !scheme.needs_secret() {
        return current;
    }
    for one in kept.iter().filter(|one| one.holds(at)) {
        match keys.open(Purpose::Hook, &one.secret) {
            Ok(plain) => current.secrets.extend(scheme.secret(&plain)),
            Err(error) => current.unreadable = Some(error),
        }
    }
    current
}

/// Reads a secret that somebody sent. Codes: `wrong_type`, `not_supported` (the
/// scheme has none), `invalid_secret`.
pub fn read(scheme: &Scheme, given: &Value) -> Result<Secret, Invalid> {
    if !scheme.needs_secret() {
        let detail = format!("The scheme {} has no secret.", scheme.name());
        return Err(Invalid::new(Code::NotSupported, detail));
    }
    // What was sent is not quoted: it may be a secret all the same.
    let text = given
        .as_str()
        .ok_or_else(|| Invalid::new(Code::WrongType, "A secret is a string."))?;
    scheme.secret(text)
}

/// Secrets as they are kept, valid from a time on.
///
/// # Errors
/// As [`Keyring::seal_if_any`].
pub fn to_keep(
    keys: &Keyring,
    secrets: &[Secret],
    at: Timestamp,
) -> Result<Vec<HookSecret>, SealError> {
    let secrets = secrets.iter().map(|secret| {
        Ok(HookSecret {
            secret: keys.seal_if_any(Purpose::Hook, secret.reveal())?,
            added_at: at,
            expires_at: None,
        })
    });
    secrets.collect()
}

/// Those that there were with a new one, for which they make room at `end`.
/// What is over by `at` is forgotten.
///
/// # Errors
/// As [`Keyring::seal_if_any`].
pub fn renewed(
    keys: &Keyring,
    kept: &[HookSecret],
    new: &Secret,
    at: Timestamp,
    end: Timestamp,
) -> Result<Vec<HookSecret>, SealError> {
    let is_new = |one: &HookSecret| {
        let opened = keys.open(Purpose::Hook, &one.secret);
        opened.is_ok_and(|plain| plain.reveal() == new.reveal())
    };
    let older = kept.iter().filter(|one| !is_new(one));
    let older = older.map(|one| HookSecret {
        expires_at: Some(one.expires_at.map_or(end, |before| before.min(end))),
        ..one.clone()
    });
    let mut all: Vec<HookSecret> = older.filter(|one| one.holds(at)).collect();
    all.extend(to_keep(keys, std::slice::from_ref(new), at)?);
    Ok(all)
}

/// Whether secrets that are kept can be those of another scheme. One that can't be opened
/// fits none but its own.
pub fn fit(keys: &Keyring, scheme: &Scheme, before: &Scheme, kept: &[HookSecret]) -> bool {
    let fits = |one: &HookSecret| match keys.open(Purpose::Hook, &one.secret) {
        Ok(plain) => scheme.secret(&plain).is_ok(),
        Err(_) => scheme == before,
    };
    kept.iter().all(fits)
}

/// What is shown of a secret: its end; none if it can't be opened.
pub fn ending(keys: &Keyring, kept: &HookSecret) -> Option<String> {
    let plain = keys.open(Purpose::Hook, &kept.secret).ok()?;
    let mut end: Vec<char> = plain.chars().rev().take(SHOWN_CHARS).collect();
    end.reverse();
    Some(end.into_iter().collect())
}

/// Whether a secret of this scheme can be made here: of others the sender makes
/// it, or shows where it goes.
pub fn can_be_made(scheme: &Scheme) -> bool {
    matches!(scheme.name(), "standard" | "hmac" | "bearer")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn keys(variable: &str) -> Keyring {
        Keyring::parse(variable).unwrap()
    }

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_ms(ms)
    }

    const KEYS: [&str; 2] = ["", "a key that has thirty-two characters"];

    #[test]
    fn old_secrets_hold_for_a_while_and_are_then_forgotten() {
        let scheme = Scheme::parse(&json!({"scheme": "bearer"})).unwrap();
        for keys in KEYS.map(keys) {
            let [one, two, three] = ["secret-1", "secret-2", "secret-3"].map(|text| {
                let secret = scheme.secret(text);
                secret.unwrap()
            });
            let holding_at = |kept: &[HookSecret], ms| {
                let current = holding(&keys, &scheme, kept, at(ms));
                assert_eq!(current.unreadable, None);
                let all = current
                    .secrets
                    .into_iter()
                    .map(|one| one.reveal().to_owned());
                all.collect::<Vec<_>>()
            };
            let renewed = |kept: &[HookSecret], new: &Secret, ms, end| {
                renewed(&keys, kept, new, at(ms), at(end)).unwrap()
            };
            let first = to_keep(&keys, &[one], at(0)).unwrap();
            let both = renewed(&first, &two, 10, 20);
            assert_eq!(holding_at(&both, 19), ["secret-1", "secret-2"]);
            assert_eq!(holding_at(&both, 20), ["secret-2"]);
            // The same again takes its own place.
            assert_eq!(renewed(&both, &two, 10, 20).len(), 2);
            // What ends earlier still does.
            let all = renewed(&both, &three, 15, 30);
            assert_eq!(holding_at(&all, 19), ["secret-1", "secret-2", "secret-3"]);
            assert_eq!(holding_at(&all, 25), ["secret-2", "secret-3"]);
            assert_eq!(ending(&keys, &all[2]), Some("et-3".to_owned()));
            let all = renewed(&all, &three, 28, 28);
            let left = vec!["secret-3".to_owned()];
            assert_eq!((all.len(), holding_at(&all, 28)), (1, left));
            // Secrets of another kind open nothing.
            let standard = Scheme::parse(&json!({"scheme": "standard"})).unwrap();
            let none = holding(&keys, &standard, &all, at(28));
            assert!(none.secrets.is_empty() && none.unreadable.is_none());
            assert!(!fit(&keys, &standard, &scheme, &all));
        }
    }

    #[test]
    fn a_secret_under_a_lost_key_is_said_to_be_there_and_makes_room() {
        let scheme = Scheme::parse(&json!({"scheme": "bearer"})).unwrap();
        let hmac = json!({"scheme": "hmac", "header": "x-signature"});
        let hmac = Scheme::parse(&hmac).unwrap();
        let [none, lost] = KEYS.map(keys);
        let new = keys("another key of thirty-two characters");
        let [one, two] = ["secret-1", "secret-2"].map(|text| scheme.secret(text).unwrap());
        let kept = to_keep(&lost, &[one], at(0)).unwrap();
        assert!(!kept[0].secret.contains("secret-1"));
        for keys in [&none, &new] {
            let current = holding(keys, &scheme, &kept, at(1));
            assert!(current.secrets.is_empty() && current.unreadable.is_some());
            assert_eq!(ending(keys, &kept[0]), None);
            assert!(fit(keys, &scheme, &scheme, &kept));
            assert!(!fit(keys, &hmac, &scheme, &kept));
            let open = Scheme::parse(&json!({"scheme": "none"})).unwrap();
            assert_eq!(holding(keys, &open, &kept, at(1)).unreadable, None);
        }
        assert!(fit(&lost, &hmac, &scheme, &kept));
        let both = renewed(&new, &kept, &two, at(10), at(20)).unwrap();
        let current = holding(&new, &scheme, &both, at(19));
        assert_eq!(current.secrets.len(), 1);
        assert!(current.unreadable.is_some());
        assert_eq!(holding(&new, &scheme, &both, at(20)).unreadable, None);
    }
}
