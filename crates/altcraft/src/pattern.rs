//! Patterns that are nothing but a text with its place.

/// The test of `/v1` that a pattern means, and its text; nothing where it means more.
pub(crate) fn prefix(pattern: &str) -> Option<(&'static str, String)> {
    let begins = pattern.strip_prefix('^');
    let mut rest = begins.unwrap_or(pattern);
    let ends = rest.ends_with('$') && !rest.ends_with("\\$");
    if ends {
        rest = rest.strip_suffix('$').unwrap_or(rest);
    }
    let open = |rest: &str| !rest.ends_with("\\.*");
    let (mut any_before, mut any_after) = (begins.is_none(), !ends);
    if let Some(less) = rest.strip_prefix(".*") {
        (rest, any_before) = (less, true);
    }
    if let Some(less) = rest.strip_suffix(".*").filter(|_| open(rest)) {
        (rest, any_after) = (less, true);
    }
    let text = plain(rest)?;
    let test = match (any_before, any_after) {
        (false, false) => "eq",
        (false, true) => "starts_with",
        (true, false) => "ends_with",
        (true, true) => "contains",
    };
    Some((test, text)).filter(|(_, text)| !text.is_empty())
}

/// The text of a pattern in which nothing but escaped characters means more.
fn plain(pattern: &str) -> Option<String> {
    let mut text = String::new();
    let mut all = pattern.chars();
    while let Some(c) = all.next() {
        match c {
            '\\' => {
                // Letters and digits mean classes and groups.
                let escaped = all.next().filter(|c| !c.is_ascii_alphanumeric())?;
                text.push(escaped);
            }
            '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '^' | '$' => {
                return None;
            }
            c => text.push(c),
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::prefix;

    #[test]
    fn a_pattern_is_a_text_with_its_place() {
        let of = |pattern| prefix(pattern).map(|(test, text)| format!("{test} {text}"));
        for (pattern, expected) in [
            ("^abc", Some("starts_with abc")),
            ("^abc.*", Some("starts_with abc")),
            ("^abc$", Some("eq abc")),
            ("abc$", Some("ends_with abc")),
            (".*abc.*", Some("contains abc")),
            ("^a\\+b@x\\.org$", Some("eq a+b@x.org")),
            ("^a\\.*", None),
            ("a\\d", None),
            ("^", None),
            ("a|b", None),
            ("a\\", None),
        ] {
            assert_eq!(of(pattern).as_deref(), expected, "{pattern}");
        }
    }
}
