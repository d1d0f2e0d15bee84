//! What becomes of a secret that is kept apart from the settings beside it.

use serde_json::Value;

/// What a client wants to become of a secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Secret {
    /// It stays what it is.
    #[default]
    Keep,
    /// There is none.
    Clear,
    /// It becomes this.
    Set(String),
}

impl Secret {
    /// What becomes of it by a member that was read already.
    pub(crate) fn given(member: Option<&Value>) -> Self {
        match member {
            None => Secret::Keep,
            Some(given) => given
                .as_str()
                .map_or(Secret::Clear, |text| Secret::Set(text.to_owned())),
        }
    }
}
