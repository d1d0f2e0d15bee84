//! What a cell looks like, roughly: enough to tell names of columns from values.

/// What a value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Empty,
    /// Digits with signs, decimal points and group separators.
    Number,
    /// Digits in two to seven groups between `-`, `/`, `.`, `:`, spaces, `T`, `Z`.
    Date,
    Email,
    /// At least seven digits with `+`, spaces, brackets and dashes.
    Phone,
    /// An address with a scheme, or `www.`.
    Link,
    Text,
}

/// What `value` looks like.
pub(crate) fn kind(value: &str) -> Kind {
    let value = value.trim();
    if value.is_empty() {
        return Kind::Empty;
    }
    let lower = value.get(..8).unwrap_or(value).to_ascii_lowercase();
    let begins = |words: &[&str]| words.iter().any(|word| lower.starts_with(word));
    if begins(&["http://", "https://", "www.", "ftp://"]) {
        return Kind::Link;
    }
    if addresses(value) {
        return Kind::Email;
    }
    if begins(&["tel:"]) {
        return Kind::Phone;
    }
    if written_date(value) {
        return Kind::Date;
    }
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    if digits > 0 {
        let only = |allowed: &str| {
            value
                .chars()
                .all(|c| c.is_ascii_digit() || allowed.contains(c))
        };
        if is_date(value) {
            return Kind::Date;
        }
        let minuses = value.bytes().skip(1).filter(|&b| b == b'-').count();
        if only("+-.,%") && minuses == 0 {
            return Kind::Number;
        }
        if digits >= 7 && only("+-() ./\u{a0}") {
            return Kind::Phone;
        }
        if only("+-., \u{a0}\u{202f}'%$€£₽") {
            return Kind::Number;
        }
    }
    Kind::Text
}

/// One or more e-mail addresses, also as `Name <address>` and `mailto:address`.
fn addresses(value: &str) -> bool {
    let one = |text: &str| {
        let text = text.trim();
        let inner = match text.rsplit_once('<') {
            Some((_, address)) => address.strip_suffix('>').unwrap_or_default(),
            None => text.strip_prefix("mailto:").unwrap_or(text),
        };
        let inner = inner.trim();
        inner.rsplit_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && domain.contains('.')
                && !domain.starts_with('.')
                && !domain.ends_with('.')
                && !inner.contains(char::is_whitespace)
        })
    };
    value.contains('@') && (one(value) || value.split([',', ';']).all(one))
}

/// A date with its month as a word: `31 May 2024`, `May 31, 2024`, `31. Mai 2024`.
fn written_date(value: &str) -> bool {
    let mut words = 0;
    let mut days = 0;
    let mut years = 0;
    for part in value.split(|c: char| c.is_whitespace() || ",./-".contains(c)) {
        match part.len() {
            0 => {}
            1 | 2 if part.bytes().all(|b| b.is_ascii_digit()) => days += 1,
            4 if part.bytes().all(|b| b.is_ascii_digit()) => years += 1,
            _ if part.chars().all(char::is_alphabetic) && part.chars().count() >= 3 => words += 1,
            _ => return false,
        }
    }
    (words, days, years) == (1, 1, 1)
}

/// `2024-05-31`, `31.5.24`, `5/31/2024 10:00`, `2024-05-31T10:00:00.5Z`, `10:30`.
fn is_date(value: &str) -> bool {
    let apart = |c: char| matches!(c, '-' | '/' | '.' | ':' | ' ' | 'T' | '+');
    let value = value.strip_suffix('Z').unwrap_or(value);
    let groups: Vec<&str> = value.split(apart).collect();
    let digits = |group: &&str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
    if groups.len() > 9 || !groups.iter().all(digits) {
        return false;
    }
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    match lengths.as_slice() {
        [4, 1..=2, 1..=2, ..] | [1..=2, 1..=2, 2 | 4, ..] => true,
        [1..=2, 2] => value.contains(':'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_apart_roughly() {
        for (value, expected) in [
            ("", Kind::Empty),
            ("  ", Kind::Empty),
            ("12", Kind::Number),
            ("-1,5", Kind::Number),
            ("1 234,50", Kind::Number),
            ("$ 5", Kind::Number),
            ("2024-05-31", Kind::Date),
            ("31.5.24", Kind::Date),
            ("5/31/2024 10:00", Kind::Date),
            ("2024-05-31T10:00:00.123456Z", Kind::Date),
            ("2024-05-31T10:00:00+03:00", Kind::Date),
            ("10:30", Kind::Date),
            ("202-224-3441", Kind::Phone),
            ("+7 (495) 123-45-67", Kind::Phone),
            ("a@b.example", Kind::Email),
            ("@home", Kind::Text),
            ("Anna Bell <anna@b.example>", Kind::Email),
            ("<anna@b.example>", Kind::Email),
            ("mailto:anna@b.example", Kind::Email),
            ("a@b.example; c@d.example", Kind::Email),
            ("meet me @ the b.example", Kind::Text),
            ("tel:+49301234567", Kind::Phone),
            ("31 May 2024", Kind::Date),
            ("May 31, 2024", Kind::Date),
            ("31. Mai 2024", Kind::Date),
            ("https://example.org", Kind::Link),
            ("Anna", Kind::Text),
            ("Flat 12", Kind::Text),
            ("é→", Kind::Text),
        ] {
            assert_eq!(kind(value), expected, "{value:?}");
        }
    }
}
