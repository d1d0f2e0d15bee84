//! One entry of a suppression list: reading it from what people write.

use super::forms::{Form, Forms, Kind};
use crate::Code;
use crate::email::Email;
use crate::error::{Invalid, excerpt};
use crate::phone::{Phone, Region};
use crate::read::Members;
use crate::readers::{flag, text_of};
use crate::text::canonical;
use serde_json::Value;

/// An entry: what it names, and the key under which it is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it names.
    pub kind: Kind,
    /// The form of the key.
    pub form: Form,
    /// For a domain: whether it names everything below it too.
    pub subdomains: bool,
    /// The normalised text, or a hash of exactly that: an e-mail's key
    /// ([`Email::key`]), a domain in its ASCII form, a phone in E.164.
    pub key: String,
}

/// What is said about a value beside the value; what is not is recognised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EntryHints {
    /// What it names.
    pub kind: Option<Kind>,
    /// Which hash it is; never [`Form::Plain`].
    pub hash: Option<Form>,
    /// For a domain: whether everything below it is meant too.
    pub subdomains: Option<bool>,
    /// Where a phone number without `+` is dialled.
    pub region: Option<Region>,
}

impl Entry {
    /// Reads one value. Unless `given` says what it is:
    ///
    /// - 32 or 64 hexadecimal digits are the MD5 or SHA-256 of an e-mail;
    /// - `*.x.org` is a domain with all below it, `@x.org` and `*@x.org` are a
    ///   domain alone;
    /// - what has an `@` is an e-mail;
    /// - what has digits and no letters is a phone number;
    /// - other names with a dot are domains.
    ///
    /// Codes: `empty`, `unrecognised`, `invalid_email`, `invalid_domain`,
    /// `invalid_phone`, `invalid_hash`, `contradiction` (subdomains of what is no
    /// domain).
    pub fn parse(text: &str, given: &EntryHints) -> Result<Self, Invalid> {
        let text = &*canonical(text);
        if text.is_empty() {
            return Err(Invalid::new(Code::Empty, "There is no value."));
        }
        let entry = match hash_of(text, given)? {
            Some(form) => Entry {
                kind: given.kind.unwrap_or(Kind::Email),
                form,
                subdomains: false,
                key: text.to_ascii_lowercase(),
            },
            None => plain(text, given)?,
        };
        entry.with_subdomains(given)
    }

    /// Reads a value as a request has it: a text, a number (of a phone), or an
    /// object `{value, type, subdomains, hash}`. `region` is for numbers without
    /// `+`. The first thing that is wrong is told.
    ///
    /// Codes: those of [`Entry::parse`], `wrong_type`, `required`,
    /// `not_an_option`, `unknown_field`.
    pub fn from_json(value: &Value, region: Option<Region>) -> Result<Self, Invalid> {
        let mut given = EntryHints {
            region,
            ..EntryHints::default()
        };
        match value {
            Value::String(text) => return Self::parse(text, &given),
            Value::Number(number) => return Self::parse(&number.to_string(), &given),
            _ => {}
        }
        let first = |wrong: Vec<Invalid>| {
            let mut wrong = wrong.into_iter();
            wrong
                .next()
                .unwrap_or_else(|| Invalid::new(Code::WrongType, "This is no entry."))
        };
        let mut members = Members::of(value).map_err(first)?;
        let text = members.required("value", |value| match value {
            Value::Number(number) => Ok(number.to_string()),
            _ => text_of(value).map(str::to_owned),
        });
        given.kind = members.take("type", |v| text_of(v)?.parse()).flatten();
        given.hash = members.take("hash", |v| text_of(v)?.parse()).flatten();
        given.subdomains = members.optional("subdomains", flag);
        members.finish().map_err(first)?;
        Self::parse(&text.unwrap_or_default(), &given).map_err(|invalid| invalid.at("value"))
    }

    /// What it needs to be found.
    pub fn forms(&self) -> Forms {
        let mut forms = Forms::NONE;
        forms.add(self.kind, self.form, self.subdomains);
        forms
    }

    /// The keys of all entries that name just this: itself and, where it is
    /// plain, its hashes, as far as there are such.
    pub fn same(&self, forms: Forms) -> Vec<String> {
        if self.form != Form::Plain {
            return vec![self.key.clone()];
        }
        let all = forms.of(self.kind);
        all.map(|form| form.of(&self.key).into_owned()).collect()
    }

    fn with_subdomains(mut self, given: &EntryHints) -> Result<Self, Invalid> {
        match given.subdomains {
            Some(true) if self.kind != Kind::Domain => {
                let detail = format!("Only a domain has subdomains, {} has none.", self.kind);
                return Err(Invalid::new(Code::Contradiction, detail));
            }
            // `*.x.org` says so itself.
            Some(true) => self.subdomains = true,
            Some(false) if self.subdomains => {
                let detail = "\"*.\" means all subdomains: leave it out, or leave out subdomains.";
                return Err(Invalid::new(Code::Contradiction, detail));
            }
            Some(false) | None => {}
        }
        Ok(self)
    }
}

/// Which hash a text is; none for a plain value.
fn hash_of(text: &str, given: &EntryHints) -> Result<Option<Form>, Invalid> {
    let digits = text.bytes().all(|b| b.is_ascii_hexdigit());
    let found = Form::of_digits(text.len()).filter(|_| digits);
    match given.hash {
        Some(form) if found != Some(form) => {
            let count = if form == Form::Md5 { 32 } else { 64 };
            let detail = format!(
                "{} is no {}: one has {count} hexadecimal digits.",
                excerpt(text),
                form.as_str()
            );
            Err(Invalid::new(Code::InvalidHash, detail))
        }
        _ => Ok(found),
    }
}

fn plain(text: &str, given: &EntryHints) -> Result<Entry, Invalid> {
    let kind = match given.kind {
        Some(kind) => kind,
        None => recognised(text)?,
    };
    let (key, subdomains) = match kind {
        Kind::Email => (Email::parse(text)?.into_parts().1, false),
        Kind::Phone => (Phone::parse(text, given.region)?.into(), false),
        Kind::Domain => {
            let at = text.strip_prefix("*@").or_else(|| text.strip_prefix('@'));
            match (at, text.strip_prefix("*.")) {
                (Some(domain), _) => (domain_key(domain, text)?, false),
                (None, Some(domain)) => (domain_key(domain, text)?, true),
                (None, None) => (domain_key(text, text)?, false),
            }
        }
    };
    Ok(Entry {
        kind,
        form: Form::Plain,
        subdomains,
        key,
    })
}

fn recognised(text: &str) -> Result<Kind, Invalid> {
    if text.starts_with(['@', '*']) {
        return Ok(Kind::Domain);
    }
    if text.contains('@') {
        return Ok(Kind::Email);
    }
    let letters = text.chars().any(char::is_alphabetic);
    if !letters && text.chars().any(char::is_numeric) {
        return Ok(Kind::Phone);
    }
    if letters && text.contains('.') {
        return Ok(Kind::Domain);
    }
    let detail = format!(
        "{} is no e-mail address, domain, phone number or hash; say its type if it is one.",
        excerpt(text)
    );
    Err(Invalid::new(Code::Unrecognised, detail))
}

/// A domain in its ASCII form: what may stand behind the `@` of an address.
fn domain_key(domain: &str, shown: &str) -> Result<String, Invalid> {
    let refuse = || {
        let detail = format!(
            "{} is no domain: one is like example.org, or *.example.org for all below it too.",
            excerpt(shown)
        );
        Invalid::new(Code::InvalidDomain, detail)
    };
    if domain.contains('@') {
        return Err(refuse());
    }
    let address = Email::parse(&format!("x@{domain}")).map_err(|_| refuse())?;
    let (_, key) = address.key().rsplit_once('@').ok_or_else(refuse)?;
    // One name of hexadecimal digits would be taken for a hash.
    if Form::of_digits(key.len()).is_some() && key.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(refuse());
    }
    Ok(key.to_owned())
}

#[cfg(test)]
mod tests;
