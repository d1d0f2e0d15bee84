//! What an entry names, in which form its key stands in the store, and which
//! pairs of both a list has.

use crate::Code;
use crate::error::{Invalid, excerpt};
use md5::Md5;
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// What an entry names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An e-mail address.
    Email,
    /// A domain: all addresses at it.
    Domain,
    /// A phone number.
    Phone,
}

impl Kind {
    /// All kinds, in the order of their numbers.
    pub const ALL: [Kind; 3] = [Kind::Email, Kind::Domain, Kind::Phone];

    /// The number that the store keeps: 1 to 3.
    pub const fn number(self) -> i64 {
        match self {
            Kind::Email => 1,
            Kind::Domain => 2,
            Kind::Phone => 3,
        }
    }

    /// The kind with a number.
    pub fn from_number(number: i64) -> Option<Self> {
        Kind::ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Email => "email",
            Kind::Domain => "domain",
            Kind::Phone => "phone",
        }
    }
}

impl FromStr for Kind {
    type Err = Invalid;

    /// Reads the name. Code: `not_an_option`.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let found = Kind::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| {
            let shown = excerpt(text);
            let detail = format!("{shown} is no type: it must be email, domain or phone.");
            Invalid::new(Code::NotAnOption, detail)
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// In which form a key stands in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// The normalised text itself.
    Plain,
    /// The MD5 of it, in lower-case hexadecimal.
    Md5,
    /// The SHA-256 of it, in lower-case hexadecimal.
    Sha256,
}

impl Form {
    /// All forms, in the order of their numbers.
    pub const ALL: [Form; 3] = [Form::Plain, Form::Md5, Form::Sha256];

    /// The number that the store keeps: 0 to 2.
    pub const fn number(self) -> i64 {
        match self {
            Form::Plain => 0,
            Form::Md5 => 1,
            Form::Sha256 => 2,
        }
    }

    /// The form with a number.
    pub fn from_number(number: i64) -> Option<Self> {
        Form::ALL.into_iter().find(|form| form.number() == number)
    }

    /// Its name: `plain`, `md5` or `sha256`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Form::Plain => "plain",
            Form::Md5 => "md5",
            Form::Sha256 => "sha256",
        }
    }

    /// The form of a hash that has so many hexadecimal digits.
    pub(super) fn of_digits(count: usize) -> Option<Self> {
        match count {
            32 => Some(Form::Md5),
            64 => Some(Form::Sha256),
            _ => None,
        }
    }

    /// A normalised text in this form.
    pub fn of(self, text: &str) -> Cow<'_, str> {
        match self {
            Form::Plain => Cow::Borrowed(text),
            Form::Md5 => Cow::Owned(hex(&Md5::digest(text.as_bytes()))),
            Form::Sha256 => Cow::Owned(hex(&Sha256::digest(text.as_bytes()))),
        }
    }
}

impl FromStr for Form {
    type Err = Invalid;

    /// Reads the name of a hash: `md5` or `sha256`. Code: `not_an_option`.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text {
            "md5" => Ok(Form::Md5),
            "sha256" => Ok(Form::Sha256),
            _ => {
                let shown = excerpt(text);
                let detail = format!("{shown} is no hash: it must be md5 or sha256.");
                Err(Invalid::new(Code::NotAnOption, detail))
            }
        }
    }
}

fn hex(digest: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or('0');
    let digits = digest
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    digits.collect()
}

/// Which pairs of kind and form a list has ever held, and whether a domain with
/// its subdomains was among them: what needs not be looked for is not hashed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forms(i64);

impl Forms {
    /// None.
    pub const NONE: Forms = Forms(0);

    /// The bit for domains with their subdomains.
    const SUBDOMAINS: i64 = 1 << 9;

    /// From the mask that the store keeps; bits without a meaning are dropped.
    pub const fn from_bits(bits: i64) -> Self {
        Forms(bits & (Self::SUBDOMAINS * 2 - 1))
    }

    /// The mask that the store keeps: bit `(kind - 1) * 3 + form` for each pair,
    /// bit 9 for domains with their subdomains.
    pub const fn bits(self) -> i64 {
        self.0
    }

    const fn bit(kind: Kind, form: Form) -> i64 {
        1 << ((kind.number() - 1) * 3 + form.number())
    }

    /// Adds what an entry needs.
    pub fn add(&mut self, kind: Kind, form: Form, subdomains: bool) {
        self.0 |= Self::bit(kind, form);
        if kind == Kind::Domain && subdomains {
            self.0 |= Self::SUBDOMAINS;
        }
    }

    /// Those of both.
    #[must_use]
    pub const fn with(self, other: Forms) -> Self {
        Forms(self.0 | other.0)
    }

    /// Whether all of `other` are among them.
    pub const fn has_all(self, other: Forms) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The forms in which entries of a kind stand.
    pub fn of(self, kind: Kind) -> impl Iterator<Item = Form> {
        Form::ALL
            .into_iter()
            .filter(move |form| self.0 & Self::bit(kind, *form) != 0)
    }

    /// Whether there may be a domain with its subdomains.
    pub const fn subdomains(self) -> bool {
        self.0 & Self::SUBDOMAINS != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_hashed_as_other_programs_do() {
        for (form, hash) in [
            (Form::Plain, "abc"),
            (Form::Md5, "900150983cd24fb0d6963f7d28e17f72"),
            (
                Form::Sha256,
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            ),
        ] {
            assert_eq!(form.of("abc"), hash);
        }
    }

    #[test]
    fn the_mask_is_the_one_that_the_store_keeps() {
        let mut forms = Forms::NONE;
        forms.add(Kind::Email, Form::Plain, true);
        assert_eq!((forms.bits(), forms.subdomains()), (1, false));
        forms.add(Kind::Domain, Form::Md5, true);
        forms.add(Kind::Phone, Form::Sha256, false);
        assert_eq!(forms.bits(), 1 | 1 << 4 | 1 << 8 | 1 << 9);
        let of = |kind| forms.of(kind).collect::<Vec<_>>();
        assert_eq!(of(Kind::Email), [Form::Plain]);
        assert_eq!(of(Kind::Domain), [Form::Md5]);
        assert_eq!(of(Kind::Phone), [Form::Sha256]);
        assert_eq!(Forms::from_bits(-1).bits(), 1023);
        assert!(forms.has_all(Forms::from_bits(17)) && !forms.has_all(Forms::from_bits(2)));
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(Kind::from_number(kind.number()), Some(kind));
        }
        for form in Form::ALL {
            assert_eq!(Form::from_number(form.number()), Some(form));
        }
        assert!("plain".parse::<Form>().is_err() && "mail".parse::<Kind>().is_err());
    }
}
