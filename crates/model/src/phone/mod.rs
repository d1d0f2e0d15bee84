//! Phone numbers in E.164 form.
//!
//! Whether a number is valid is decided by the rules of libphonenumber, through
//! its Rust port. Building that library's tables takes longer than hundreds of
//! requests, and an instance of a component serves 128. So the common case, a
//! valid number in usual punctuation, is decided by [`short`] from the few
//! patterns of its own country; it only ever says "valid", and everything else
//! is asked of the library, which [`library`] builds for the one country that
//! is needed first. Tests compare the ways.

mod library;
mod machine;
mod short;
mod table;

use crate::Code;
use crate::error::{Invalid, excerpt};
use crate::text::canonical;
use machine::Refusal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;

/// The longest text that is read as a number, in bytes.
pub const MAX_TEXT_BYTES: usize = 100;

/// A region whose numbers can be read without a leading `+`: an ISO 3166
/// two-letter code that the phone library knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Region {
    letters: [u8; 2],
    calling_code: i32,
}

impl Region {
    /// The two upper-case letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.letters).unwrap_or_default()
    }
}

impl FromStr for Region {
    type Err = Invalid;

    /// Reads two letters, in any case. Code: `invalid_region`.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let code = canonical(text).to_ascii_uppercase();
        let letters: Option<[u8; 2]> = code.as_bytes().try_into().ok();
        letters
            .zip(table::calling_code_of_region(&code))
            .map(|(letters, calling_code)| Region {
                letters,
                calling_code,
            })
            .ok_or_else(|| {
                Invalid::new(
                    Code::InvalidRegion,
                    format!(
                        "{} is no phone region: it must be an ISO 3166 code of two letters, such as DE.",
                        excerpt(text)
                    ),
                )
            })
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Region {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Region {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// A valid phone number in E.164 form: `+` and at most 15 digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(String);

impl Phone {
    /// Reads a number in any usual punctuation. Without a leading `+` it is
    /// one of `region`, as dialled there.
    ///
    /// What machines did to it is undone: a plus that got lost before the
    /// region's calling code, a fraction of zero, an exponent that has all
    /// digits.
    ///
    /// Refuses with code `invalid_phone` what is no number, a number that its
    /// country does not assign, and one with an extension, which E.164 can't
    /// hold; with `phone_digits_lost` one whose end a spreadsheet rounded, and
    /// with `ambiguous_phone` one that may be two.
    pub fn parse(text: &str, region: Option<Region>) -> Result<Self, Invalid> {
        Self::read(text, region).map_err(|(code, why)| {
            let detail = format!("{} is no valid phone number: {why}.", excerpt(text));
            Invalid::new(code, detail)
        })
    }

    fn read(text: &str, region: Option<Region>) -> Result<Self, Refusal> {
        let invalid = |why| (Code::InvalidPhone, why);
        if text.len() > MAX_TEXT_BYTES {
            return Err(invalid("it is too long"));
        }
        let text = &*machine::unformatted(text)?;
        // Parameters of tel: URIs (RFC 3966) would change what the number
        // means, and the library does not survive all of them.
        if text.contains(';') {
            return Err(invalid("it must not have parameters"));
        }
        // As the library does: the number begins at its first plus or digit.
        let start = text.find(|c: char| c == '+' || c.is_numeric());
        let number = start
            .and_then(|s| text.get(s..))
            .ok_or(invalid("it has no digits"))?;
        if !number.starts_with('+') {
            let Some(region) = region else {
                return Err(invalid(
                    "it must begin with + and the country calling code, because the database has no default region",
                ));
            };
            if let Some(phone) = machine::without_plus(number, region)? {
                return Ok(Phone(phone));
            }
        }
        if let Some(phone) = short::valid(number, region) {
            return Ok(Phone(phone));
        }
        library::parse(number, region).map(Phone).map_err(invalid)
    }

    /// A number that [`Phone::parse`] gave before. Nothing is checked, so this
    /// is only for canonical values and for what our own store kept.
    pub fn stored(number: String) -> Self {
        Phone(number)
    }

    /// The number: `+`, country calling code, national number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> String {
        phone.0
    }
}

#[cfg(test)]
mod tests;
