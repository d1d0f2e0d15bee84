//! What contacts are hashed with. One key is this installation's own; others came
//! with what another installation knows of people.

use hmac::{Hmac, Mac};
use roster_model::subscription::LinkDigest;
use roster_model::{Contact, ResourceId};
use sha2::{Digest, Sha256};

use crate::Error;
use crate::idempotency::unhex;
use crate::packed::corrupt;

/// What is kept of a contact, or of a link whose contact is not known.
pub type Hash = [u8; 16];

/// A key.
#[derive(Clone, PartialEq, Eq)]
pub struct StandingKey {
    /// Its number in this installation.
    pub id: i64,
    /// Its name, the same in every installation that has it.
    pub name: String,
    /// The secret.
    pub secret: [u8; 32],
    /// Whether new entries are made with it.
    pub is_own: bool,
}

impl std::fmt::Debug for StandingKey {
    /// Shows no secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StandingKey")
            .field("id", &self.id)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl StandingKey {
    /// The hash of a contact: HMAC-SHA256, cut to 16 bytes, of the channel's code
    /// and the SHA-256 of the contact's key.
    #[must_use]
    pub fn hash(&self, contact: &Contact) -> Hash {
        let digest = Sha256::digest(contact.key().as_bytes());
        self.hash_digest(contact.channel().code(), &digest)
    }

    /// The same from the SHA-256 of a contact's key, where that is all there is.
    #[must_use]
    pub fn hash_digest(&self, channel: i64, digest: &[u8]) -> Hash {
        self.mac(&[b"roster contact\0", &channel.to_be_bytes(), digest])
    }

    /// The hash of a contact and a category, from that of the contact: it tells no more
    /// than that one, and costs little where many categories are asked about.
    #[must_use]
    pub fn hash_category(contact: &Hash, category: &str) -> Hash {
        let digest = Sha256::new()
            .chain_update(b"roster category\0")
            .chain_update(contact)
            .chain_update(category.as_bytes())
            .finalize();
        let mut hash = [0; 16];
        for (to, from) in hash.iter_mut().zip(digest) {
            *to = from;
        }
        hash
    }

    /// The hash of what a link says of its subscription.
    #[must_use]
    pub fn hash_link(&self, digest: &LinkDigest) -> Hash {
        self.mac(&[b"roster link\0", digest])
    }

    fn mac(&self, parts: &[&[u8]]) -> Hash {
        let mut block = [0; 64];
        for (to, from) in block.iter_mut().zip(self.secret) {
            *to = from;
        }
        // Filled up to a block, as RFC 2104 does it: this can't fail.
        let mut mac = <Hmac<Sha256> as Mac>::new((&block).into());
        for part in parts {
            mac.update(part);
        }
        let mut hash = [0; 16];
        for (to, from) in hash.iter_mut().zip(mac.finalize().into_bytes()) {
            *to = from;
        }
        hash
    }
}

/// All keys, and whether there is anything to ask with them.
#[derive(Clone, Debug, Default)]
pub struct StandingKeys {
    /// The keys, the installation's own first.
    pub keys: Vec<StandingKey>,
    /// Whether anybody has ever left.
    pub contacts: bool,
    /// Whether anybody has left by a link whose profile was gone.
    pub links: bool,
}

impl StandingKeys {
    /// Reads `[[id, name, secret, is_own], …]`, the secret in hexadecimal digits.
    pub(crate) fn read(
        rows: Vec<(i64, String, String, i64)>,
        contacts: bool,
        links: bool,
    ) -> Result<Self, Error> {
        let keys = rows.into_iter().map(|(id, name, secret, is_own)| {
            let secret = unhex(&secret).and_then(|bytes| bytes.try_into().ok());
            Ok(StandingKey {
                id,
                name,
                secret: secret.ok_or_else(|| corrupt("a key without 32 bytes"))?,
                is_own: is_own != 0,
            })
        });
        let mut keys: Vec<StandingKey> = keys.collect::<Result<_, Error>>()?;
        keys.sort_by_key(|key| !key.is_own);
        Ok(StandingKeys {
            keys,
            contacts,
            links,
        })
    }

    /// Whether there is anything to ask.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        !self.contacts && !self.links
    }

    /// What new entries are made with.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if there is none: the store is made with one.
    pub fn own(&self) -> Result<&StandingKey, Error> {
        let own = self.keys.first().filter(|key| key.is_own);
        own.ok_or_else(|| corrupt("no key for how contacts stand"))
    }

    /// The hashes of a contact, the own key's first.
    #[must_use]
    pub fn hashes(&self, contact: &Contact) -> Vec<Hash> {
        let digest = Sha256::digest(contact.key().as_bytes());
        let channel = contact.channel().code();
        let keys = self.keys.iter();
        keys.map(|key| key.hash_digest(channel, &digest)).collect()
    }

    /// The hash of the link of a contact's subscription, where such are asked.
    #[must_use]
    pub fn link_hash(&self, resource: ResourceId, contact: &Contact) -> Option<Hash> {
        let own = self.keys.first().filter(|_| self.links)?;
        Some(own.hash_link(&roster_model::subscription::link_digest(resource, contact)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use roster_model::Email;

    #[test]
    fn a_hash_depends_on_key_channel_and_contact_and_on_no_spelling() {
        let key = |secret| StandingKey {
            id: 1,
            name: "a".to_owned(),
            secret: [secret; 32],
            is_own: true,
        };
        let email = |text: &str| Contact::Email(Email::parse(text).unwrap());
        let hash = key(7).hash(&email("ann@x.org"));
        assert_eq!(hash, key(7).hash(&email("Ann@X.ORG")));
        assert_ne!(hash, key(8).hash(&email("ann@x.org")));
        let chat = Contact::TelegramBot {
            id: "ann@x.org".to_owned(),
        };
        assert_ne!(hash, key(7).hash(&chat));
        assert!(!format!("{:?}", key(7)).contains('7'.to_string().repeat(2).as_str()));
    }
}
