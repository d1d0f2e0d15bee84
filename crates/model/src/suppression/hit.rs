//! Under which keys a contact would be on a list, and whether what is found
//! there means it.

use super::entry::Entry;
use super::forms::{Form, Forms, Kind};
use crate::contact::Contact;

/// Every key under which a contact would be found on lists that hold entries of
/// these forms; distinct. An e-mail is found by itself, by its domain and, where
/// there are domains with subdomains, by the domains above it; phones of every
/// channel by their number; push and Telegram contacts by nothing.
///
/// What is found under a key of a domain above it counts only if [`is_hit`].
pub fn keys(contact: &Contact, forms: Forms) -> Vec<String> {
    ListKey::by(contact).map_or_else(Vec::new, |named| named.keys(forms))
}

/// Whether an entry means a contact: a domain's without subdomains doesn't mean
/// addresses below it.
pub fn is_hit(key: &str, kind: Kind, form: Form, subdomains: bool, contact: &Contact) -> bool {
    ListKey::by(contact).is_some_and(|named| named.is_meant_by(key, kind, form, subdomains))
}

impl Entry {
    /// [`keys`] of what this entry names, as if it were a contact; of a hash,
    /// the hash alone.
    pub fn keys(&self, forms: Forms) -> Vec<String> {
        match self.form {
            Form::Plain => self.named().keys(forms),
            Form::Md5 | Form::Sha256 => vec![self.key.clone()],
        }
    }

    /// Whether this entry means a contact, see [`is_hit`].
    pub fn hits(&self, contact: &Contact) -> bool {
        is_hit(&self.key, self.kind, self.form, self.subdomains, contact)
    }

    /// Whether this entry means what another names.
    pub fn covers(&self, other: &Entry) -> bool {
        match other.form {
            Form::Plain => {
                let named = other.named();
                named.is_meant_by(&self.key, self.kind, self.form, self.subdomains)
            }
            Form::Md5 | Form::Sha256 => self.kind == other.kind && self.key == other.key,
        }
    }

    fn named(&self) -> ListKey<'_> {
        ListKey {
            kind: self.kind,
            text: &self.key,
        }
    }
}

/// What can stand on a list, by its normalised text.
#[derive(Clone, Copy)]
struct ListKey<'a> {
    kind: Kind,
    text: &'a str,
}

impl<'a> ListKey<'a> {
    fn by(contact: &'a Contact) -> Option<Self> {
        let (kind, text) = match contact {
            Contact::Email(email) => (Kind::Email, email.key()),
            Contact::Sms(phone)
            | Contact::Whatsapp(phone)
            | Contact::Viber(phone)
            | Contact::Notify(phone) => (Kind::Phone, phone.as_str()),
            Contact::Push { .. } | Contact::TelegramBot { .. } => return None,
        };
        Some(ListKey { kind, text })
    }

    /// Its domain, of an address or itself.
    fn domain(self) -> Option<&'a str> {
        match self.kind {
            Kind::Email => self.text.rsplit_once('@').map(|(_, domain)| domain),
            Kind::Domain => Some(self.text),
            Kind::Phone => None,
        }
    }

    fn keys(self, forms: Forms) -> Vec<String> {
        let mut keys = Vec::new();
        if self.kind != Kind::Domain {
            let own = forms.of(self.kind);
            keys.extend(own.map(|form| form.of(self.text).into_owned()));
        }
        let Some(domain) = self.domain() else {
            return keys;
        };
        let above = above(domain).filter(|_| forms.subdomains());
        for domain in std::iter::once(domain).chain(above) {
            let all = forms.of(Kind::Domain);
            keys.extend(all.map(|form| form.of(domain).into_owned()));
        }
        keys
    }

    fn is_meant_by(self, key: &str, kind: Kind, form: Form, subdomains: bool) -> bool {
        if kind != Kind::Domain {
            return kind == self.kind && form.of(self.text) == key;
        }
        let Some(domain) = self.domain() else {
            return false;
        };
        form.of(domain) == key || (subdomains && above(domain).any(|domain| form.of(domain) == key))
    }
}

/// The domains above a domain, the nearest first; none of an address in brackets.
fn above(domain: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(domain).filter(|domain| !domain.starts_with('['));
    std::iter::from_fn(move || {
        rest = rest.and_then(|domain| domain.split_once('.').map(|(_, above)| above));
        rest
    })
}

#[cfg(test)]
mod tests;
