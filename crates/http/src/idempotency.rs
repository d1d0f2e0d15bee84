//! `Idempotency-Key`: a request that may be repeated without happening twice.

use crate::call::Call;
use crate::kinds;
use crate::problem::Problem;
use roster_store::idempotency::{KeyedRequest, hex};
use sha2::{Digest, Sha256};

/// The longest key, in characters.
pub(crate) const MAX_KEY_CHARS: usize = 255;

/// Between the parts of a key, so that they can't run into each other.
const SEPARATOR: [u8; 1] = [0];

impl Call {
    /// What the header `Idempotency-Key` asks for: none without the header.
    ///
    /// A key belongs to its caller, method and path; the store keeps a digest
    /// of all four and one of what was asked, so that a key used for another
    /// request is noticed.
    ///
    /// # Errors
    /// [`kinds::INVALID_HEADER`] unless it has 1 to 255 visible ASCII characters.
    pub fn idempotency(&self) -> Result<Option<KeyedRequest>, Problem> {
        let Some(value) = self.headers.get("idempotency-key") else {
            return Ok(None);
        };
        let key = value.as_bytes();
        let several = self.headers.get_all("idempotency-key").iter().count() > 1;
        if several
            || !(1..=MAX_KEY_CHARS).contains(&key.len())
            || !key.iter().all(u8::is_ascii_graphic)
        {
            return Err(Problem::new(
                kinds::INVALID_HEADER,
                format!(
                    "Idempotency-Key must be one text of 1 to {MAX_KEY_CHARS} visible ASCII characters."
                ),
            ));
        }
        let mut scoped = Sha256::new();
        for part in [self.caller.id.as_str(), self.method.as_str(), &self.path] {
            scoped.update(part.as_bytes());
            scoped.update(SEPARATOR);
        }
        scoped.update(key);
        let mut request = Sha256::new();
        for (name, value) in &self.query {
            for part in [name, value] {
                request.update(part.as_bytes());
                request.update(SEPARATOR);
            }
        }
        request.update(&self.body);
        Ok(Some(KeyedRequest {
            key: hex(&scoped.finalize()),
            request: request.finalize().to_vec(),
        }))
    }
}
