//! The keys that links are signed with, of which there can be several.

use crate::purpose::Purpose;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::fmt;

/// A key that links are signed with.
#[derive(Clone)]
pub struct Key {
    /// Names the key in tokens. A newer key has a greater number.
    pub id: u32,
    /// 32 bytes from a secure source of randomness.
    pub secret: [u8; 32],
}

impl fmt::Debug for Key {
    /// Shows the number only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl Key {
    /// What signs links for one purpose. Purposes have keys of their own, so
    /// that no signature is good for two of them.
    pub(crate) fn signer(&self, purpose: Purpose) -> Hmac<Sha256> {
        let mut derive = keyed(&self.secret);
        derive.update(b"roster link\0");
        derive.update(&[purpose.code()]);
        keyed(&derive.finalize().into_bytes().into())
    }
}

/// HMAC-SHA256 with a 32-byte key. The key is filled up with zeros to a block,
/// as RFC 2104 does it: that form of the call can't fail.
fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    let mut block = [0; 64];
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    <Hmac<Sha256> as Mac>::new((&block).into())
}

/// One or more keys: the newest signs, all of them verify. A key is changed by
/// adding a new one and, when the last link signed with the old one has
/// expired, taking that away.
#[derive(Clone, Debug)]
pub struct Keys {
    newest: Key,
    older: Vec<Key>,
}

impl Keys {
    /// `None` if there is no key, or if two have the same number.
    pub fn new(keys: impl IntoIterator<Item = Key>) -> Option<Self> {
        let mut older: Vec<Key> = keys.into_iter().collect();
        older.sort_by_key(|key| key.id);
        let mut neighbours = older.iter().zip(older.iter().skip(1));
        if neighbours.any(|(a, b)| a.id == b.id) {
            return None;
        }
        let newest = older.pop()?;
        Some(Keys { newest, older })
    }

    /// The key with the greatest number.
    pub(crate) fn newest(&self) -> &Key {
        &self.newest
    }

    /// The key with this number.
    pub(crate) fn find(&self, id: u32) -> Option<&Key> {
        std::iter::once(&self.newest)
            .chain(&self.older)
            .find(|key| key.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: u32) -> Key {
        Key {
            id,
            secret: [0xab; 32],
        }
    }

    #[test]
    fn the_newest_key_has_the_greatest_number() {
        let keys = Keys::new([key(3), key(9), key(4)]).unwrap();
        assert_eq!(keys.newest().id, 9);
        assert_eq!(keys.find(3).map(|k| k.id), Some(3));
        assert!(keys.find(5).is_none());
    }

    #[test]
    fn no_key_and_one_number_for_two_keys_are_refused() {
        assert!(Keys::new([]).is_none());
        assert!(Keys::new([key(1), key(2), key(1)]).is_none());
    }

    #[test]
    fn secrets_are_not_shown() {
        let shown = format!("{:?}", Keys::new([key(1), key(2)]));
        assert!(!shown.contains("171") && !shown.contains("ab"), "{shown}");
    }

    #[test]
    fn hmac_is_that_of_rfc_4231() {
        // Test case 2 has the key "Jefe"; zeros after it change nothing.
        let mut secret = [0; 32];
        secret[..4].copy_from_slice(b"Jefe");
        let mut mac = keyed(&secret);
        mac.update(b"what do ya want for nothing?");
        let bytes = mac.finalize().into_bytes();
        assert_eq!(bytes[..4], [0x5b, 0xdc, 0xc1, 0x46]);
        assert_eq!(bytes[28..], [0x64, 0xec, 0x38, 0x43]);
    }
}
