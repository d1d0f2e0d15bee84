//! The lot that somebody draws: a keyed hash of their contact and the generation, so that
//! the same person draws the same one however often they are made, and nobody who doesn't
//! have the key can say who is in.

use crate::channel::Channel;
use crate::email::Email;
use crate::id::ProfileId;
use crate::profile::Profile;
use hmac::{Hmac, Mac};
use serde_json::Value;
use sha2::Sha256;
use std::borrow::Cow;
use std::fmt;

/// How many lots there are: parts per million.
pub const PARTS: u32 = 1_000_000;

/// What lots are drawn with: 32 random bytes, which never leave the store.
#[derive(Clone, PartialEq, Eq)]
pub struct ControlSecret(pub [u8; 32]);

impl fmt::Debug for ControlSecret {
    /// Shows nothing of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ControlSecret")
    }
}

/// What somebody is drawn by: their first e-mail address, else their first phone number,
/// else who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LotContact<'a> {
    /// The key of an address ([`Email::key`]).
    Email(Cow<'a, str>),
    /// A number in E.164.
    Phone(Cow<'a, str>),
    /// A profile without either.
    Id(ProfileId),
}

impl<'a> LotContact<'a> {
    /// Of a profile: from its data, else from its live subscriptions in order.
    pub fn of(profile: &'a Profile) -> Self {
        let email = profile.data.get("email").and_then(Value::as_str);
        if let Some(email) = email {
            return Self::of_email(email);
        }
        let live = || profile.subscriptions.iter().filter(|one| !one.deleted);
        let by = |is_meant: fn(Channel) -> bool| {
            let mut meant = live().filter(|one| is_meant(one.contact.channel()));
            meant.next().map(|one| one.contact.key())
        };
        if let Some(email) = by(|channel| channel == Channel::Email) {
            return LotContact::Email(email);
        }
        let phones = profile.data.get("phones").and_then(Value::as_array);
        let phone = phones.and_then(|phones| phones.first()?.as_str());
        if let Some(phone) = phone {
            return LotContact::Phone(phone.into());
        }
        match by(is_by_phone) {
            Some(phone) => LotContact::Phone(phone),
            None => LotContact::Id(profile.id),
        }
    }

    /// Of an address as it is stored.
    pub fn of_email(text: &'a str) -> Self {
        match Email::parse(text) {
            Ok(email) => LotContact::Email(email.key().to_owned().into()),
            Err(_) => LotContact::Email(text.into()),
        }
    }
}

/// Whether contacts of a channel are phone numbers.
fn is_by_phone(channel: Channel) -> bool {
    match channel {
        Channel::Sms | Channel::Whatsapp | Channel::Viber | Channel::Notify => true,
        Channel::Email | Channel::Push | Channel::TelegramBot => false,
    }
}

/// The lot, 0 to [`PARTS`] − 1. The first `n` of them are `n` parts per million of all
/// people, so a greater share has everybody whom a smaller one has.
pub fn lot(secret: &ControlSecret, generation: i64, contact: &LotContact) -> u32 {
    // Any length is a key, so this can't fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&secret.0) else {
        return PARTS;
    };
    mac.update(b"roster control\0");
    mac.update(&generation.to_be_bytes());
    match contact {
        LotContact::Email(key) => {
            mac.update(b"email\0");
            mac.update(key.as_bytes());
        }
        LotContact::Phone(number) => {
            mac.update(b"phone\0");
            mac.update(number.as_bytes());
        }
        LotContact::Id(id) => {
            mac.update(b"id\0");
            mac.update(&id.pk().to_be_bytes());
        }
    }
    let hash = mac.finalize().into_bytes();
    let first = hash.iter().take(8);
    let number = first.fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    // Below PARTS, since the number is below 2⁶⁴.
    ((u128::from(number) * u128::from(PARTS)) >> 64) as u32
}
