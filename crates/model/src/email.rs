//! E-mail addresses: RFC 5321 mailboxes with UTF-8 local parts (RFC 6531) and
//! internationalised domains.
//!
//! The grammar is small enough to be read here, and the key needs the parts
//! anyway: `"ann"@X.org` and `ann@x.org` are one mailbox.
//!
//! An address is a canonical text in front of the `@` and behind it: no invisible
//! characters, no full-width letters, plain apostrophes and hyphens. No mailbox
//! has them on purpose, and anyone who reads the address would not see them.

use crate::Code;
use crate::error::{Invalid, excerpt};
use crate::text::{canonical, cleaned, lower};
use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

/// The longest address, in octets (RFC 5321 §4.5.3.1.3, without the brackets).
pub const MAX_OCTETS: usize = 254;
/// The longest local part, in octets (RFC 5321 §4.5.3.1.1).
pub const MAX_LOCAL_OCTETS: usize = 64;

/// An e-mail address that is well formed.
///
/// `user@localhost` and address literals (`user@[192.0.2.1]`) are, by the RFC;
/// display names (`Ann <ann@x.org>`) and comments are not part of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    given: String,
    key: String,
}

impl Email {
    /// Reads an address, whatever white space and invisible characters stand
    /// around it and in it. Code: `invalid_email`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::read(text).map_err(|why| {
            Invalid::new(
                Code::InvalidEmail,
                format!("{} is no e-mail address: {why}.", excerpt(text)),
            )
        })
    }

    fn read(text: &str) -> Result<Self, &'static str> {
        let given = address(text)?;
        let key = key(&given)?;
        let given = match (parts(&given), parts(&key)) {
            _ if given.is_ascii() => given.into_owned(),
            (Some((local, domain)), Some((_, ascii))) => match shown(domain, ascii) {
                Some(domain) => format!("{local}@{domain}"),
                None => given.into_owned(),
            },
            _ => given.into_owned(),
        };
        Ok(Email { given, key })
    }

    /// An address that the store has. One that is no longer accepted as it
    /// stands still belongs to the same person.
    pub fn stored(text: &str) -> Self {
        Self::read(text).unwrap_or_else(|_| Email {
            given: text.to_owned(),
            key: key(text).unwrap_or_else(|_| lower(text)),
        })
    }

    /// The address as it is stored: as it was given, in its own case, cleaned.
    pub fn given(&self) -> &str {
        &self.given
    }

    /// What tells addresses apart: two addresses are the same exactly if their
    /// keys are equal. The local part in lower case and Unicode NFC, unquoted
    /// where quotes change nothing; the domain in its ASCII form.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Gives both texts away: as given, and the key.
    pub fn into_parts(self) -> (String, String) {
        (self.given, self.key)
    }
}

/// The canonical text of an address. Joiners that change how a letter looks
/// can't be left out, since they may be meant, nor kept, since hardly anybody
/// sees them.
fn address(text: &str) -> Result<Cow<'_, str>, &'static str> {
    if text.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(Cow::Borrowed(text));
    }
    if text.trim().contains(char::is_control) {
        return Err("it has a control character");
    }
    let plain = canonical(text);
    if text.is_ascii() {
        return Ok(plain);
    }
    if cleaned(text).contains(['\u{200c}', '\u{200d}']) {
        return Err("it has an invisible character");
    }
    // The full stop of East Asian keyboards.
    Ok(if plain.contains('。') {
        Cow::Owned(plain.replace('。', "."))
    } else {
        plain
    })
}

/// How a domain is stored where it isn't written as it is read: it may have
/// letters that only stand for others.
fn shown(domain: &str, ascii: &str) -> Option<String> {
    if domain.is_ascii() {
        return None;
    }
    let (read, result) = idna::domain_to_unicode(ascii);
    (result.is_ok() && lower(domain) != lower(&read)).then_some(read)
}

fn key(address: &str) -> Result<String, &'static str> {
    if address.len() > MAX_OCTETS {
        return Err("it is longer than 254 octets");
    }
    // A quoted local part may hold an `@`, a domain never does.
    let (local, domain) = parts(address).ok_or("it needs a local part, an @ and a domain")?;
    if local.len() > MAX_LOCAL_OCTETS {
        return Err("the part before the @ is longer than 64 octets");
    }
    let mut key = local_key(local)?;
    key.push('@');
    key.push_str(&domain_key(domain)?);
    Ok(key)
}

fn parts(address: &str) -> Option<(&str, &str)> {
    let at = address.bytes().rposition(|b| b == b'@')?;
    Some((address.get(..at)?, address.get(at + 1..)?))
}

fn local_key(local: &str) -> Result<String, &'static str> {
    if is_dot_atom(local) {
        return Ok(lower(local));
    }
    let quoted = local
        .strip_prefix('"')
        .and_then(|l| l.strip_suffix('"'))
        .filter(|_| local.len() > 2)
        .ok_or("the part before the @ is empty or has a character or a dot where none may be")?;
    let mut content = String::with_capacity(quoted.len());
    let mut chars = quoted.chars();
    while let Some(c) = chars.next() {
        let c = match c {
            '"' => return Err("a quotation mark inside quotation marks needs a backslash"),
            '\\' => chars
                .next()
                .filter(|c| matches!(c, ' '..='~'))
                .ok_or("a backslash must be followed by a printable ASCII character")?,
            _ => c,
        };
        if c != ' ' && !is_visible(c) {
            return Err("the part before the @ has an invisible character");
        }
        content.push(c);
    }
    let content = lower(&content);
    if is_dot_atom(&content) {
        return Ok(content);
    }
    let escaped = content.replace('\\', "\\\\").replace('"', "\\\"");
    Ok(format!("\"{escaped}\""))
}

/// RFC 5321 `Dot-string`, with the `UTF8-non-ascii` of RFC 6531.
fn is_dot_atom(local: &str) -> bool {
    // A dot may not be first, last, or after another.
    let mut after_dot = true;
    let fits = local.chars().all(|c| match c {
        '.' => !std::mem::replace(&mut after_dot, true),
        _ => {
            after_dot = false;
            is_atom(c)
        }
    });
    fits && !after_dot
}

/// RFC 5322 `atext`, and the letters of RFC 6532.
fn is_atom(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => true,
        '!' | '#' | '$' | '%' | '&' | '\'' | '*' | '+' | '-' | '/' | '=' | '?' | '^' | '_'
        | '`' | '{' | '|' | '}' | '~' => true,
        _ => !c.is_ascii() && is_visible(c),
    }
}

/// White space, controls and characters without a look of their own would make
/// two addresses that look the same.
fn is_visible(c: char) -> bool {
    !c.is_whitespace() && !c.is_control() && !crate::text::invisible(c)
}

fn domain_key(domain: &str) -> Result<String, &'static str> {
    if let Some(literal) = domain.strip_prefix('[').and_then(|d| d.strip_suffix(']')) {
        return literal_key(literal);
    }
    let ascii = if domain.is_ascii() && !has_punycode(domain) {
        domain.to_ascii_lowercase()
    } else {
        idna::domain_to_ascii(domain).map_err(|_| "the domain is no internationalised domain")?
    };
    if ascii.len() > 253 {
        return Err("the domain is longer than 253 octets");
    }
    if !is_host_name(&ascii) {
        return Err(
            "the domain must be names of letters, digits and inner hyphens, with dots between them",
        );
    }
    Ok(ascii)
}

/// Labels of 1 to 63 letters, digits and hyphens, none of which is first or last,
/// with dots between them (RFC 5321 §4.1.2).
fn is_host_name(domain: &str) -> bool {
    let (mut length, mut before) = (0, b'.');
    for b in domain.bytes().chain([b'.']) {
        match b {
            b'.' if length == 0 || length > 63 || before == b'-' => return false,
            b'.' => length = 0,
            b'-' if length == 0 => return false,
            b'-' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => length += 1,
            _ => return false,
        }
        before = b;
    }
    true
}

fn has_punycode(domain: &str) -> bool {
    domain.split('.').any(|label| {
        label
            .get(..4)
            .is_some_and(|p| p.eq_ignore_ascii_case("xn--"))
    })
}

/// RFC 5321 §4.1.3: `[192.0.2.1]` or `[IPv6:2001:db8::1]`.
fn literal_key(literal: &str) -> Result<String, &'static str> {
    let wrong = "the address in brackets must be like [192.0.2.1] or [IPv6:2001:db8::1]";
    if let Ok(v4) = literal.parse::<Ipv4Addr>() {
        return Ok(format!("[{v4}]"));
    }
    let v6 = literal
        .get(..5)
        .filter(|tag| tag.eq_ignore_ascii_case("ipv6:"))
        .and_then(|_| literal.get(5..))
        .ok_or(wrong)?;
    let v6: Ipv6Addr = v6.parse().map_err(|_| wrong)?;
    Ok(format!("[ipv6:{v6}]"))
}
