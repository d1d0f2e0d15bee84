//! The token of a link: its bytes, its signature, its one spelling.
//!
//! | bytes | what |
//! | --- | --- |
//! | 1 | version, 1 |
//! | 1 | purpose |
//! | 4 | number of the key |
//! | 4 | expiry in seconds since 1970; 0 is never |
//! | 8 | database |
//! | 8 | profile's key |
//! | 8 | digest of the subscription |
//! | 0 to [`MAX_EXTRA_BYTES`] | extra |
//! | 16 | HMAC-SHA256 of all before, its first 16 bytes |
//!
//! Numbers are big-endian. As text it is base64url (RFC 4648 §5) without
//! padding. Texts that a lenient reader would take for the same bytes are
//! refused, so that one link has one spelling and can be told from others by
//! it.

use crate::extra::{Extra, MAX_EXTRA_BYTES};
use crate::keys::Keys;
use crate::purpose::Purpose;
use crate::subject::{Digest, Subject};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::Mac;
use roster_model::{DatabaseId, ProfileId, Timestamp};

const VERSION: u8 = 1;
const HEAD_BYTES: usize = 34;
const MAC_BYTES: usize = 16;

/// The length of a token without extra, in characters.
pub const MIN_TOKEN_CHARS: usize = chars(HEAD_BYTES + MAC_BYTES);
/// The length of a token with [`MAX_EXTRA_BYTES`] of extra, in characters.
/// Longer ones are refused unread.
pub const MAX_TOKEN_CHARS: usize = chars(HEAD_BYTES + MAX_EXTRA_BYTES + MAC_BYTES);

const fn chars(bytes: usize) -> usize {
    (bytes * 4).div_ceil(3)
}

/// What a genuine link says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkClaims {
    /// Whom it concerns.
    pub subject: Subject,
    /// From when on it is no longer good.
    pub expires: Option<Timestamp>,
    /// What it carries besides.
    pub extra: Extra,
}

/// Why a link is not followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// It is no token, or one that this version can't read.
    Malformed,
    /// Its signature is wrong, or was made with a key that isn't known.
    Forged,
    /// We made it, for another purpose.
    OtherPurpose,
    /// We made it, for this purpose, but its time is over. Says what it was, so
    /// that a page can offer a new link; it must do nothing else.
    Expired(LinkClaims),
}

/// Everything in a token but key and signature.
pub(crate) struct Content {
    pub purpose: Purpose,
    /// Whole seconds.
    pub expires: Option<u32>,
    pub database: DatabaseId,
    /// 0 in tokens that concern nobody.
    pub profile: i64,
    pub digest: Digest,
    pub extra: Extra,
}

impl Keys {
    /// The token of a new link. It consists of letters, digits, `-` and `_`,
    /// at least [`MIN_TOKEN_CHARS`] and at most [`MAX_TOKEN_CHARS`].
    ///
    /// The expiry is rounded up to a whole second; after 2106-02-07T06:28:15Z
    /// no token lives that has one.
    pub fn sign(
        &self,
        purpose: Purpose,
        subject: &Subject,
        expires: Option<Timestamp>,
        extra: &Extra,
    ) -> String {
        self.seal(&Content {
            purpose,
            expires: expires.map(seconds),
            database: subject.database,
            profile: subject.profile.pk(),
            digest: subject.subscription,
            extra: extra.clone(),
        })
    }

    /// Reads a link's token for one purpose. Nothing that it says is believed
    /// before its signature is verified, in constant time.
    pub fn read(
        &self,
        token: &str,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<LinkClaims, LinkError> {
        let content = self.unseal(token)?;
        if content.purpose != purpose {
            return Err(LinkError::OtherPurpose);
        }
        let profile = ProfileId::from_pk(content.profile).ok_or(LinkError::Malformed)?;
        let expires = content
            .expires
            .map(|seconds| Timestamp::from_ms(i64::from(seconds) * 1_000));
        let opened = LinkClaims {
            subject: Subject {
                database: content.database,
                profile,
                subscription: content.digest,
            },
            expires,
            extra: content.extra,
        };
        match expires {
            Some(at) if at <= now => Err(LinkError::Expired(opened)),
            _ => Ok(opened),
        }
    }

    /// Writes and signs a token.
    pub(crate) fn seal(&self, content: &Content) -> String {
        let key = self.newest();
        let mut bytes = [
            &[VERSION, content.purpose.code()][..],
            &key.id.to_be_bytes(),
            &content.expires.unwrap_or(0).to_be_bytes(),
            &content.database.get().to_be_bytes(),
            &content.profile.to_be_bytes(),
            &content.digest.0,
            content.extra.as_bytes(),
        ]
        .concat();
        let mac = key.signer(content.purpose).chain_update(&bytes).finalize();
        bytes.extend(mac.into_bytes().into_iter().take(MAC_BYTES));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Verifies and reads a token, whatever its purpose is.
    pub(crate) fn unseal(&self, token: &str) -> Result<Content, LinkError> {
        if token.len() > MAX_TOKEN_CHARS {
            return Err(LinkError::Malformed);
        }
        // This engine refuses padding and bits left over in the last character.
        let bytes = URL_SAFE_NO_PAD
            .decode(token)
            .map_err(|_| LinkError::Malformed)?;
        let (signed, mac) = bytes
            .split_last_chunk::<MAC_BYTES>()
            .ok_or(LinkError::Malformed)?;
        let mut rest = signed;
        let [version, purpose] = take(&mut rest)?;
        // These two only choose the key; a wrong choice fails below.
        let purpose = Purpose::from_code(purpose)
            .filter(|_| version == VERSION)
            .ok_or(LinkError::Malformed)?;
        let key = u32::from_be_bytes(take(&mut rest)?);
        let expires = take(&mut rest)?;
        let database = take(&mut rest)?;
        let profile = take(&mut rest)?;
        let digest = take(&mut rest)?;

        let key = self.find(key).ok_or(LinkError::Forged)?;
        key.signer(purpose)
            .chain_update(signed)
            .verify_truncated_left(mac)
            .map_err(|_| LinkError::Forged)?;

        let expires = u32::from_be_bytes(expires);
        Ok(Content {
            purpose,
            expires: (expires > 0).then_some(expires),
            database: DatabaseId::new(i64::from_be_bytes(database)).ok_or(LinkError::Malformed)?,
            profile: i64::from_be_bytes(profile),
            digest: Digest(digest),
            extra: Extra::new(rest.to_vec()).map_err(|_| LinkError::Malformed)?,
        })
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], LinkError> {
    let (taken, after) = rest.split_first_chunk().ok_or(LinkError::Malformed)?;
    *rest = after;
    Ok(*taken)
}

/// Seconds since 1970, rounded up, from 1 to what 32 bits hold: 0 means never.
fn seconds(at: Timestamp) -> u32 {
    let seconds = at.ms().div_euclid(1_000) + i64::from(at.ms().rem_euclid(1_000) > 0);
    u32::try_from(seconds.clamp(1, i64::from(u32::MAX))).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
