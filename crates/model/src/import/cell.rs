//! Values as the text of one cell: what exports write and imports read.
//!
//! A list is its elements with the separator between them. An element that
//! would be read as something else (it holds a character of the separator or a
//! quotation mark, begins with `[`, has white space around it or is empty) stands in quotation
//! marks, its own doubled, as in CSV itself. So every value comes back as it was.

use serde_json::Value;
use std::borrow::Cow;

/// A canonical value as the text of a cell; `null` is the empty cell. Objects
/// and lists of objects are compact JSON, other lists have `separator` between
/// their elements.
pub fn write<'a>(value: &'a Value, separator: &str) -> Cow<'a, str> {
    match value {
        Value::Null => Cow::Borrowed(""),
        Value::String(text) => Cow::Borrowed(text),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            let texts = items.iter().filter_map(Value::as_str);
            Cow::Owned(join(texts, separator))
        }
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Cow::Owned(value.to_string())
        }
    }
}

/// The elements of a list as one text.
pub fn join<'a>(items: impl IntoIterator<Item = &'a str>, separator: &str) -> String {
    let mut joined = String::new();
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            joined.push_str(separator);
        }
        let plain = !item.is_empty()
            && item.trim() == item
            && !item.starts_with('[')
            && !item.contains(|c| c == '"' || separator.contains(c));
        if plain {
            joined.push_str(item);
        } else {
            joined.push('"');
            joined.push_str(&item.replace('"', "\"\""));
            joined.push('"');
        }
    }
    joined
}

/// Gives each element of a list that is written as one text: what [`join`]
/// writes, a JSON array of texts, or elements with `separator` and any white
/// space between them. Empty elements count for nothing, unless quoted.
/// Quotation marks that are not closed, or have something behind them, are
/// text.
pub fn split<'a>(text: &'a str, separator: &str, mut give: impl FnMut(Cow<'a, str>)) {
    let mut rest = text.trim();
    if rest.starts_with('[')
        && let Ok(items) = serde_json::from_str::<Vec<String>>(rest)
    {
        return items.into_iter().for_each(|item| give(Cow::Owned(item)));
    }
    if separator.is_empty() {
        if !rest.is_empty() {
            give(Cow::Borrowed(rest));
        }
        return;
    }
    loop {
        rest = rest.trim_start();
        if let Some((item, after)) = quoted(rest, separator) {
            give(item);
            match after {
                Some(after) => rest = after,
                None => return,
            }
            continue;
        }
        let (item, after) = match rest.split_once(separator) {
            Some((item, after)) => (item, Some(after)),
            None => (rest, None),
        };
        let item = item.trim_end();
        if !item.is_empty() {
            give(Cow::Borrowed(item));
        }
        match after {
            Some(after) => rest = after,
            None => return,
        }
    }
}

/// An element in quotation marks at the beginning of `text`, and what follows
/// the separator behind it, if there is one.
fn quoted<'a>(text: &'a str, separator: &str) -> Option<(Cow<'a, str>, Option<&'a str>)> {
    let inner = text.strip_prefix('"')?;
    let mut end = inner.find('"')?;
    while inner.get(end + 1..)?.starts_with('"') {
        end += 2 + inner.get(end + 2..)?.find('"')?;
    }
    let item = inner.get(..end)?;
    let item = if item.contains('"') {
        Cow::Owned(item.replace("\"\"", "\""))
    } else {
        Cow::Borrowed(item)
    };
    // A separator may be white space itself, so it is looked for before that
    // is skipped.
    let behind = inner.get(end + 1..)?;
    let after = behind.strip_prefix(separator);
    let after = after.or_else(|| behind.trim_start().strip_prefix(separator));
    match after {
        Some(after) => Some((item, Some(after))),
        None if behind.trim().is_empty() => Some((item, None)),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn list(text: &str, separator: &str) -> Vec<String> {
        let mut items = Vec::new();
        split(text, separator, |item| items.push(item.into_owned()));
        items
    }

    #[test]
    fn lists_are_read_as_people_write_them() {
        for (text, separator, items) in [
            ("a,b", ",", vec!["a", "b"]),
            (" a , b ,, ", ",", vec!["a", "b"]),
            ("a; b", ";", vec!["a", "b"]),
            ("a || b", "||", vec!["a", "b"]),
            ("a b  c", " ", vec!["a", "b", "c"]),
            ("", ",", vec![]),
            (r#""a, b",c"#, ",", vec!["a, b", "c"]),
            (r#""a ""b""" , c"#, ",", vec![r#"a "b""#, "c"]),
            (r#""a" b,c"#, ",", vec![r#""a" b"#, "c"]),
            (r#""a,b"#, ",", vec![r#""a"#, "b"]),
            (r#"["a","b,c"]"#, ",", vec!["a", "b,c"]),
            ("[1,2]", ",", vec!["[1", "2]"]),
            ("a,b", "", vec!["a,b"]),
        ] {
            assert_eq!(list(text, separator), items, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_list_comes_back(
            items in proptest::collection::vec("[ab,;| \"\\[\\]']{0,6}", 0..5),
            separator in prop_oneof![
                Just(","), Just(";"), Just("|"), Just("; "), Just("||"), Just(" "), Just("a")
            ],
        ) {
            let joined = join(items.iter().map(String::as_str), separator);
            prop_assert_eq!(list(&joined, separator), items);
        }
    }
}
