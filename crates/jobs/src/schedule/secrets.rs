//! What a source is shown: a schedule's secret and the values of its headers, as they are
//! while a file is fetched.

use roster_model::Code;
use roster_model::schedule::FileSource;
use roster_seal::{Keyring, OpenError, Plain, Purpose};
use roster_source::SourceError;
use roster_store::schedules::StoredSecret;

/// A source that can be asked.
pub(super) struct SourceWithSecrets {
    /// Where it is; values of headers are as they are sent.
    pub source: FileSource,
    /// What it is shown.
    pub secret: Option<Plain>,
}

impl SourceWithSecrets {
    /// The source of a schedule. SourceError with the code `secret_unreadable` if one of its
    /// secrets is sealed with a key that isn't there.
    pub fn of(
        source: &FileSource,
        secret: Option<&StoredSecret>,
        keys: &Keyring,
    ) -> Result<Self, SourceError> {
        Self::open(source, secret, keys)
            .map_err(|error| SourceError::permanent(Code::SecretUnreadable, error.to_string()))
    }

    fn open(
        source: &FileSource,
        secret: Option<&StoredSecret>,
        keys: &Keyring,
    ) -> Result<Self, OpenError> {
        let secret = secret.map(|stored| keys.open(Purpose::Schedule, &stored.0));
        let mut source = source.clone();
        for (_, value) in &mut source.headers {
            let plain = keys.open(Purpose::ScheduleHeader, value)?;
            *value = plain.reveal().to_owned();
        }
        Ok(SourceWithSecrets {
            source,
            secret: secret.transpose()?,
        })
    }
}
