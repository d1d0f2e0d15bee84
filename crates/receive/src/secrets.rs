//! A webhook's secrets: several hold at a time, so that a sender can change over
//! from one to the next.

use roster_model::Code;
use roster_model::{Invalid, Timestamp};
use roster_store::hooks::HookSecret;
use roster_webhook::{Scheme, Secret};
use serde_json::Value;

/// The most secrets that hold at a time.
pub const MOST: usize = 5;

/// How many characters of a secret are shown, once it is known.
const SHOWN_CHARS: usize = 4;

/// The secrets that hold at a time. One that doesn't fit the scheme holds for
/// nothing: settings are only changed together with them.
pub fn holding(scheme: &Scheme, kept: &[HookSecret], at: Timestamp) -> Vec<Secret> {
    kept.iter()
        .filter(|one| one.holds(at))
        .filter_map(|one| scheme.secret(&one.secret).ok())
        .collect()
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
pub fn to_keep(secrets: &[Secret], at: Timestamp) -> Vec<HookSecret> {
    let secrets = secrets.iter().map(|secret| HookSecret {
        secret: secret.reveal().to_owned(),
        added_at: at,
        expires_at: None,
    });
    secrets.collect()
}

/// Those that there were with a new one, for which they make room at `end`.
/// What is over by `at` is forgotten.
pub fn renewed(
    kept: &[HookSecret],
    new: &Secret,
    at: Timestamp,
    end: Timestamp,
) -> Vec<HookSecret> {
    let older = kept.iter().filter(|one| one.secret != new.reveal());
    let older = older.map(|one| HookSecret {
        expires_at: Some(one.expires_at.map_or(end, |before| before.min(end))),
        ..one.clone()
    });
    let mut all: Vec<HookSecret> = older.filter(|one| one.holds(at)).collect();
    all.extend(to_keep(std::slice::from_ref(new), at));
    all
}

/// What is shown of a secret: its end.
pub fn ending(secret: &str) -> String {
    let mut end: Vec<char> = secret.chars().rev().take(SHOWN_CHARS).collect();
    end.reverse();
    end.into_iter().collect()
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

    #[test]
    fn old_secrets_hold_for_a_while_and_are_then_forgotten() {
        let at = |ms| Timestamp::from_ms(ms);
        let scheme = Scheme::parse(&json!({"scheme": "bearer"})).unwrap();
        let [one, two, three] = ["secret-1", "secret-2", "secret-3"].map(|text| {
            let secret = scheme.secret(text);
            secret.unwrap()
        });
        let holding_at = |kept: &[HookSecret], ms| {
            let all = holding(&scheme, kept, at(ms)).into_iter();
            all.map(|one| ending(one.reveal())).collect::<Vec<_>>()
        };
        let first = to_keep(&[one], at(0));
        let both = renewed(&first, &two, at(10), at(20));
        assert_eq!(holding_at(&both, 19), ["et-1", "et-2"]);
        assert_eq!(holding_at(&both, 20), ["et-2"]);
        // What ends earlier still does.
        let all = renewed(&both, &three, at(15), at(30));
        assert_eq!(holding_at(&all, 19), ["et-1", "et-2", "et-3"]);
        assert_eq!(holding_at(&all, 25), ["et-2", "et-3"]);
        let all = renewed(&all, &three, at(28), at(28));
        assert_eq!((all.len(), holding_at(&all, 28)), (1, vec!["et-3".into()]));
        // Secrets of another kind open nothing.
        let standard = Scheme::parse(&json!({"scheme": "standard"})).unwrap();
        assert_eq!(holding(&standard, &all, at(28)).len(), 0);
    }
}
