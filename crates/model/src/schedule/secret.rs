//! What becomes of a secret that is kept apart from the settings beside it.

use serde_json::Value;

/// What a client wants to become of a secret.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum SecretChange {
    /// It stays what it is.
    #[default]
    Keep,
    /// There is none.
    Clear,
    /// It becomes this.
    Set(String),
}

impl SecretChange {
    /// What becomes of it by a member that was read already.
    pub(crate) fn given(member: Option<&Value>) -> Self {
        match member {
            None => SecretChange::Keep,
            Some(given) => given.as_str().map_or(SecretChange::Clear, |text| {
                SecretChange::Set(text.to_owned())
            }),
        }
    }
}

/// What it becomes is not shown, not in logs either.
impl std::fmt::Debug for SecretChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            SecretChange::Keep => "Keep",
            SecretChange::Clear => "Clear",
            SecretChange::Set(_) => "Set(…)",
        })
    }
}
