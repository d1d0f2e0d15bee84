//! Names of files, and the header that gives them.

use http::HeaderValue;
use roster_model::Timestamp;
use roster_sheets::Options;

/// The most characters of a database's name in that of a file.
const MAX_NAME: usize = 60;

/// A name without an ending that every system takes: the letters and digits of
/// `name`, and the day.
pub(crate) fn stem(name: &str, at: Timestamp) -> String {
    let mut stem = String::new();
    for c in name.chars().take(MAX_NAME) {
        if c.is_alphanumeric() {
            stem.extend(c.to_lowercase());
        } else if !stem.is_empty() && !stem.ends_with('-') {
            stem.push('-');
        }
    }
    let day = at.to_string();
    let day = day.get(..10).unwrap_or_default();
    let stem = stem.trim_end_matches('-');
    let stem = if stem.is_empty() { "export" } else { stem };
    format!("{stem}-{day}")
}

/// A file's name for what is asked for.
pub(crate) fn file_name(stem: &str, options: &Options) -> String {
    format!("{stem}.{}", options.extension())
}

/// `Content-Disposition` (RFC 6266) of a file to be saved under a name.
pub(crate) fn attachment(name: &str) -> HeaderValue {
    let plain: String = name
        .chars()
        .map(|c| match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' | '_' | ' ' => c,
            _ => '_',
        })
        .collect();
    let mut text = format!("attachment; filename=\"{plain}\"");
    if plain != name {
        text.push_str("; filename*=UTF-8''");
        for byte in name.bytes() {
            if byte.is_ascii_alphanumeric() || b".-_".contains(&byte) {
                text.push(char::from(byte));
            } else {
                text.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    // All of it is visible ASCII.
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_tell_the_day() {
        let at = Timestamp::from_ms(1_795_000_000_000);
        for (name, want) in [
            ("Customers", "customers-2026-11-18"),
            ("  a/b\\..\"c\r\n", "a-b-c-2026-11-18"),
            ("Клиенты 2", "клиенты-2-2026-11-18"),
            ("", "export-2026-11-18"),
            ("../..", "export-2026-11-18"),
        ] {
            assert_eq!(stem(name, at), want);
        }
    }

    #[test]
    fn other_letters_are_told_twice() {
        assert_eq!(attachment("a-1.csv"), "attachment; filename=\"a-1.csv\"");
        assert_eq!(
            attachment("ж\"\r.csv"),
            "attachment; filename=\"___.csv\"; filename*=UTF-8''%D0%B6%22%0D.csv"
        );
    }
}
