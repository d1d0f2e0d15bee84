//! Identifiers: opaque texts outside, positive 64-bit integers inside.

use crate::Code;
use crate::error::{Invalid, excerpt};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;

/// A profile's id.
///
/// Outside it is 24 lower-case hexadecimal digits: 16 of the row's key and 8
/// check digits computed from it. The check digits make a mistyped or invented
/// id a refusal without asking the store. Because the key's digits come first,
/// ids sort by creation time as text too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProfileId(i64);

impl ProfileId {
    /// The id of the row with this key; `None` unless the key is positive.
    pub fn from_pk(pk: i64) -> Option<Self> {
        (pk > 0).then_some(ProfileId(pk))
    }

    /// The row's key, always positive.
    pub fn pk(self) -> i64 {
        self.0
    }

    /// The 32 check bits of a key: Murmur3's 64-bit finaliser, whose every
    /// output bit depends on every input bit. Not a secret, only a guard
    /// against slips.
    fn check(pk: i64) -> u32 {
        let mut x = pk.cast_unsigned();
        x = (x ^ (x >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        x = (x ^ (x >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        x ^= x >> 33;
        (x & 0xffff_ffff) as u32
    }
}

impl fmt::Display for ProfileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{:08x}", self.0, Self::check(self.0))
    }
}

impl FromStr for ProfileId {
    type Err = Invalid;

    /// Refuses anything but what [`ProfileId`]'s `Display` writes.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let refuse = || {
            Invalid::new(
                Code::InvalidProfileId,
                format!(
                    "{} is no profile id: one has 24 lower-case hexadecimal digits, the last 8 of which must fit the others.",
                    excerpt(text)
                ),
            )
        };
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if text.len() != 24 || !text.bytes().all(hex) {
            return Err(refuse());
        }
        let (key, check) = text.split_at(16);
        let pk = i64::from_str_radix(key, 16).map_err(|_| refuse())?;
        let check = u32::from_str_radix(check, 16).map_err(|_| refuse())?;
        if check != Self::check(pk) {
            return Err(refuse());
        }
        Self::from_pk(pk).ok_or_else(refuse)
    }
}

impl Serialize for ProfileId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ProfileId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// A key for a profile made now: the milliseconds since 1970 in the upper 43
/// bits and 20 random bits below, so that keys ascend with time (ascending
/// keys insert faster) and two instances rarely choose the same one. The store
/// takes the next free number where they do.
///
/// Good for times from 1970 to the year 2248, when 43 bits of milliseconds are
/// used up; a clock outside that range is held at its ends. Always positive.
pub fn first_pk(now_ms: i64, random: u32) -> i64 {
    const LAST_MS: i64 = (1 << 43) - 1;
    let pk = (now_ms.clamp(0, LAST_MS) << 20) | i64::from(random & 0xf_ffff);
    pk.max(1)
}

/// Reads a positive integer from its decimal text, in the one form `Display`
/// writes: no sign, no leading zero, no space.
fn parse_positive(text: &str) -> Result<i64, Invalid> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    let number = if plain {
        text.parse::<i64>().ok()
    } else {
        None
    };
    number.filter(|n| *n > 0).ok_or_else(|| {
        Invalid::new(
            Code::InvalidId,
            format!(
                "{} is no id: one is a positive whole number.",
                excerpt(text)
            ),
        )
    })
}

/// Reads an id from JSON: a decimal string, or the number itself as Altcraft's
/// clients send it.
struct IdVisitor;

impl de::Visitor<'_> for IdVisitor {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id: a positive whole number or its decimal text")
    }
    fn visit_i64<E: de::Error>(self, number: i64) -> Result<i64, E> {
        if number > 0 {
            Ok(number)
        } else {
            Err(E::invalid_value(de::Unexpected::Signed(number), &self))
        }
    }
    fn visit_u64<E: de::Error>(self, number: u64) -> Result<i64, E> {
        i64::try_from(number)
            .map_err(|_| E::invalid_value(de::Unexpected::Unsigned(number), &self))
            .and_then(|n| self.visit_i64(n))
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<i64, E> {
        parse_positive(text).map_err(E::custom)
    }
}

/// The integer ids differ in nothing but what they name; types keep them from
/// being mixed up.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        ///
        /// A positive integer; in JSON its decimal text (numbers are read too).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            /// The id with this number; `None` unless it is positive.
            pub const fn new(number: i64) -> Option<Self> {
                if number > 0 { Some($name(number)) } else { None }
            }
            /// The number, always positive.
            pub const fn get(self) -> i64 {
                self.0
            }
            /// Reads the id from JSON, a decimal string or a number.
            pub fn from_json(value: &serde_json::Value) -> Result<Self, Invalid> {
                let number = match value {
                    serde_json::Value::String(text) => parse_positive(text).ok(),
                    serde_json::Value::Number(number) => number.as_i64(),
                    _ => None,
                };
                number.and_then(Self::new).ok_or_else(|| {
                    Invalid::new(
                        Code::InvalidId,
                        format!(
                            "{} is no id: one is a positive whole number or its decimal text.",
                            crate::error::excerpt_json(value)
                        ),
                    )
                })
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl FromStr for $name {
            type Err = Invalid;
            fn from_str(text: &str) -> Result<Self, Invalid> {
                parse_positive(text).map($name)
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(IdVisitor).map($name)
            }
        }
    )*};
}

ids! {
    /// Names a database.
    DatabaseId
    /// Names a subscription resource.
    ResourceId
    /// Names a field within its database or resource. Below 100 are the
    /// standard fields (see `standard`), from 100 on the custom ones.
    FieldId
    /// Names an API token.
    TokenId
    /// Names a person who signs in to the console.
    UserId
    /// Names a session of such a person.
    SessionId
    /// Names a passkey of such a person.
    PasskeyId
    /// Names a key by which tokens of an app are checked.
    AppKeyId
    /// Names a subscription.
    SubscriptionId
    /// Names an entry of the history.
    HistoryId
    /// Names a segment.
    SegmentId
    /// Names a job: an import, a bulk update, an export.
    JobId
    /// Names a form.
    FormId
    /// Names a message of the outbox.
    MessageId
    /// Names a watcher, which is told of changes.
    WatcherId
    /// Names a connector to another database.
    ConnectorId
    /// Names a scheduled import.
    ScheduleId
    /// Names a run of a scheduled import.
    RunId
    /// Names a suppression list.
    SuppressionId
    /// Names a relation type.
    RelationTypeId
    /// Names a merge of profiles.
    MergeId
    /// Names a set of a control group.
    ControlSetId
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn profile_ids_refuse_slips() {
        let id = ProfileId::from_pk(first_pk(1_795_448_400_123, 7)).unwrap();
        let text = id.to_string();
        assert_eq!(text.parse::<ProfileId>().unwrap(), id);
        for wrong in [
            text.to_uppercase(),
            text[1..].to_owned(),
            format!("{text}0"),
            format!("{}f", &text[..23]).replace("ff", "0e"),
            "0".repeat(24),
            "f".repeat(24),
            format!("+{}", &text[1..]),
            String::new(),
            "ж".repeat(12),
        ] {
            if wrong != text {
                assert!(wrong.parse::<ProfileId>().is_err(), "{wrong}");
            }
        }
        assert_eq!(ProfileId::from_pk(0), None);
        assert_eq!(ProfileId::from_pk(-5), None);
    }

    #[test]
    fn keys_ascend_with_time_and_stay_positive() {
        assert!(first_pk(1000, 0xffff_ffff) < first_pk(1001, 0));
        assert_eq!(first_pk(0, 0), 1);
        assert!(first_pk(i64::MIN, 0) > 0);
        assert!(first_pk(i64::MAX, u32::MAX) == i64::MAX);
    }

    #[test]
    fn integer_ids_read_text_and_numbers() {
        let read = serde_json::from_str::<DatabaseId>;
        assert_eq!(read("12").unwrap(), read("\"12\"").unwrap());
        assert_eq!(
            serde_json::to_string(&read("12").unwrap()).unwrap(),
            "\"12\""
        );
        for wrong in [
            "0",
            "-1",
            "\"0\"",
            "\"012\"",
            "\"+1\"",
            "1.5",
            "null",
            "\"\"",
            "9223372036854775808",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn profile_ids_round_trip_and_sort(a in 1..i64::MAX, b in 1..i64::MAX) {
            let (a, b) = (ProfileId::from_pk(a).unwrap(), ProfileId::from_pk(b).unwrap());
            prop_assert_eq!(a.to_string().parse::<ProfileId>().unwrap(), a);
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        }

        #[test]
        fn one_wrong_digit_is_refused(pk in 1..i64::MAX, place in 0usize..24, digit in 0u8..16) {
            let text = ProfileId::from_pk(pk).unwrap().to_string();
            let mut wrong = text.clone().into_bytes();
            wrong[place] = b"0123456789abcdef"[usize::from(digit)];
            let wrong = String::from_utf8(wrong).unwrap();
            prop_assert!(wrong == text || wrong.parse::<ProfileId>().is_err());
        }
    }
}
