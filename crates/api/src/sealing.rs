//! The keys of the variable `secrets_key`, by which secrets are kept in the store, and what is
//! answered where they don't do.

use http::header::{self, HeaderValue};
use roster_http::{Problem, kinds, variable};
use roster_model::error::MAX_ERRORS;
use roster_model::{Code, Invalid};
use roster_seal::{Keyring, OpenError, PREFIX, SealError, VARIABLE};
use serde_json::Value;

/// The keys, for what writes secrets.
///
/// # Errors
/// [`kinds::WRONG_SECRETS_KEY`]: a secret must not be kept plain by mistake.
pub(crate) async fn keyring() -> Result<Keyring, Problem> {
    let keys = Keyring::parse(&variable(VARIABLE).await?);
    keys.map_err(|error| Problem::new(kinds::WRONG_SECRETS_KEY, error.to_string()))
}

/// The keys, for what only opens secrets. A variable that can't be read has none: what is
/// plain goes on.
///
/// # Errors
/// As [`variable`].
pub(crate) async fn opening() -> Result<Keyring, Problem> {
    let keys = Keyring::parse(&variable(VARIABLE).await?);
    Ok(keys.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        Keyring::default()
    }))
}

/// The keys for a patch, whose secrets are under `member`: one without it writes none, and
/// goes on whatever the variable is.
///
/// # Errors
/// As [`refuse_sealed`] and [`keyring`].
pub(crate) async fn for_patch(patch: &Value, member: &str) -> Result<Keyring, Problem> {
    refuse_sealed(patch, member)?;
    match patch.get(member) {
        Some(_) => keyring().await,
        None => opening().await,
    }
}

/// A secret in the store that can't be opened, for anybody outside, who is not to know which
/// keys there are: those are in the log.
pub(crate) fn unreadable_outside(error: &OpenError) -> Problem {
    eprintln!("error: {error}");
    let detail = "What this is checked with can't be read at the moment: send it again later.";
    Problem::new(kinds::SECRET_UNREADABLE, detail)
        .header(header::RETRY_AFTER, HeaderValue::from_static("60"))
}

/// A secret that can't be kept.
pub(crate) fn unkept(error: &SealError) -> Problem {
    match error {
        SealError::NoKey => Problem::new(kinds::WRONG_SECRETS_KEY, error.to_string()),
        SealError::Random | SealError::TooLong => Problem::internal(error),
    }
}

/// Refuses a body that has a text anywhere under `member` that begins as sealed ones do: it
/// would be taken for one that was sealed here. `member` holds secrets and what goes with
/// them.
///
/// # Errors
/// [`kinds::SEALED_SECRET`] with the places.
pub(crate) fn refuse_sealed(body: &Value, member: &str) -> Result<(), Problem> {
    let wrong = body.get(member).map(sealed).unwrap_or_default();
    if wrong.is_empty() {
        return Ok(());
    }
    let wrong = wrong.into_iter().take(MAX_ERRORS);
    let detail = format!("No secret begins with {PREFIX} that is not sealed.");
    Err(Problem::new(kinds::SEALED_SECRET, detail)
        .with_errors(wrong.map(|one| one.at(member)).collect()))
}

/// The texts in a value that begin as sealed ones do.
fn sealed(value: &Value) -> Vec<Invalid> {
    match value {
        Value::String(text) if text.trim_start().starts_with(PREFIX) => {
            // Not quoted: it may be a secret all the same.
            let detail = format!("This begins with {PREFIX}, as secrets do that are sealed.");
            vec![Invalid::new(Code::SealedSecret, detail)]
        }
        Value::Array(items) => {
            let inside = items.iter().enumerate().flat_map(|(index, item)| {
                let found = sealed(item).into_iter();
                found.map(move |one| one.at_index(index))
            });
            inside.collect()
        }
        Value::Object(members) => {
            let inside = members
                .iter()
                .flat_map(|(name, item)| sealed(item).into_iter().map(|one| one.at(name)));
            inside.collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn places(body: &Value) -> Vec<String> {
        match refuse_sealed(body, "source") {
            Ok(()) => Vec::new(),
            Err(problem) => {
                assert!(problem.is(kinds::SEALED_SECRET));
                assert_eq!(problem.status(), 400);
                problem
                    .errors
                    .iter()
                    .map(|one| one.pointer.clone())
                    .collect()
            }
        }
    }

    #[test]
    fn no_sealed_secret_is_brought_in() {
        let sealed = "sealed:1:0123456789ab:AAAA";
        let body = json!({"name": sealed, "source": {
            "secret": format!(" {sealed}"), "url": "https://example.org/sealed:1",
            "headers": {"x/y": "sealed:", "b": "unsealed:", "c": "***"},
            "several": ["a", sealed],
        }});
        assert_eq!(
            places(&body),
            [
                "/source/headers/x~1y",
                "/source/secret",
                "/source/several/1"
            ]
        );
        for body in [json!({"name": sealed}), json!([sealed]), json!(null)] {
            assert_eq!(places(&body), [""; 0], "{body}");
        }
        assert_eq!(places(&json!({"source": sealed})), ["/source"]);
    }
}
