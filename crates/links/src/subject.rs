//! Whom a link concerns: a profile, and perhaps one subscription of it.

use roster_model::subscription::{LinkDigest, link_digest};
use roster_model::{Contact, DatabaseId, ProfileId, ResourceId, Subscription};

/// Whom a link concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Subject {
    /// The database that the profile is in.
    pub database: DatabaseId,
    /// The profile.
    pub profile: ProfileId,
    /// Which of its subscriptions; [`Digest::NONE`] is the whole profile.
    pub subscription: Digest,
}

/// Names one subscription of a profile without showing its contact: 8 bytes of
/// a SHA-256 over resource, channel and contact key.
///
/// A profile's contact may change after a link was sent. Then no subscription
/// has the link's digest any more, and the link acts on nothing, rather than
/// on anyone who has the new contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Digest(pub(crate) LinkDigest);

impl Digest {
    /// No single subscription: the link is for the whole profile.
    pub const NONE: Digest = Digest([0; 8]);

    /// The digest of the subscription to `resource` with this contact. The
    /// spelling of an address does not matter, its key does.
    pub fn of(resource: ResourceId, contact: &Contact) -> Self {
        Digest(link_digest(resource, contact))
    }

    /// [`Digest::of`] of a subscription's resource and contact.
    pub fn of_subscription(subscription: &Subscription) -> Self {
        Self::of(subscription.resource, &subscription.contact)
    }

    /// Whether it names this subscription. [`Digest::NONE`] names none.
    pub fn names(self, subscription: &Subscription) -> bool {
        self == Self::of_subscription(subscription)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &LinkDigest {
        &self.0
    }

    /// Whether it is [`Digest::NONE`].
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use roster_model::Email;

    fn email(text: &str) -> Contact {
        Contact::Email(Email::parse(text).unwrap())
    }

    fn telegram(id: &str) -> Contact {
        Contact::TelegramBot { id: id.to_owned() }
    }

    #[test]
    fn a_digest_depends_on_resource_channel_and_contact_and_on_nothing_else() {
        let one = ResourceId::new(1).unwrap();
        let two = ResourceId::new(2).unwrap();
        let digest = Digest::of(one, &email("ann@x.org"));
        assert_eq!(digest, Digest::of(one, &email("Ann@X.ORG")));
        assert_ne!(digest, Digest::of(two, &email("ann@x.org")));
        assert_ne!(digest, Digest::of(one, &email("anne@x.org")));
        assert_ne!(digest, Digest::of(one, &telegram("ann@x.org")));
        assert!(!digest.is_none());
        assert!(Digest::NONE.is_none());
    }

    #[test]
    fn the_digest_in_links_that_were_sent_stays_the_same() {
        let digest = Digest::of(ResourceId::new(7).unwrap(), &email("ann@example.org"));
        let hex: String = digest.0.iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hex, "789046f65cdbfb66");
    }
}
