//! Values of MySQL as JSON.

use crate::connection::Value;
use crate::mysql::LONGEST_TEXT;
use crate::shape::Meaning;
use serde::de::IgnoredAny;
use std::fmt::Write;

/// Adds a value to a line of JSON. False if it holds what is no text.
pub(crate) fn push(line: &mut String, value: &Value, meaning: Meaning) -> bool {
    // Writing to a text can't fail.
    match value {
        Value::Null | Value::Other | Value::Texts(_) => line.push_str("null"),
        Value::Bool(yes) => line.push_str(if *yes { "true" } else { "false" }),
        Value::Int(number) => drop(write!(line, "{number}")),
        Value::Uint(number) => drop(write!(line, "{number}")),
        Value::Float(number) if number.is_finite() => drop(write!(line, "{number}")),
        Value::Single(number) if number.is_finite() => drop(write!(line, "{number}")),
        Value::Float(_) | Value::Single(_) => line.push_str("null"),
        Value::Text(text) => return push_text(line, text, meaning),
    }
    true
}

fn push_text(line: &mut String, text: &str, meaning: Meaning) -> bool {
    match meaning {
        Meaning::Plain => {}
        Meaning::TextOrJson if is_json(text, false) => {
            line.push_str(text);
            return true;
        }
        Meaning::TextOrJson => {}
        // It was longer, and the rest is not here.
        _ if is_cut_off(text) => return false,
        // MySQL's way to say that there is no date.
        _ if is_zero_date(text) => {
            line.push_str("null");
            return true;
        }
        Meaning::Utc => {
            let iso = text.replacen(' ', "T", 1);
            quote(line, &format!("{iso}Z"));
            return true;
        }
        Meaning::Json | Meaning::Unsure => {
            if is_json(text, meaning == Meaning::Json) {
                line.push_str(text);
                return true;
            }
            // Bytes, where a text has line breaks and tabs at most.
            let is_bytes = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
            if meaning == Meaning::Unsure && text.chars().any(is_bytes) {
                return false;
            }
        }
    }
    quote(line, text);
    true
}

/// Whether a text that the database made is as long as it may be.
pub(crate) fn is_cut_off(text: &str) -> bool {
    text.len() >= LONGEST_TEXT && text.chars().count() >= LONGEST_TEXT
}

/// Whether a text is JSON that fits on a line: an object or a list, or, with `any`, any value.
fn is_json(text: &str, any: bool) -> bool {
    let begins = text.trim_start().as_bytes().first().copied();
    (any || matches!(begins, Some(b'{' | b'[')))
        && !text.contains(['\n', '\r'])
        && serde_json::from_str::<IgnoredAny>(text).is_ok()
}

fn is_zero_date(text: &str) -> bool {
    text.strip_prefix("0000-00-00")
        .is_some_and(|rest| rest.chars().all(|c| matches!(c, ' ' | ':' | '.' | '0')))
}

/// A text as JSON has it.
pub(crate) fn quote(line: &mut String, text: &str) {
    // A text can't fail to serialise.
    line.push_str(&serde_json::to_string(text).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, meaning: Meaning) -> Option<String> {
        let mut line = String::new();
        push(&mut line, &Value::Text(text.to_owned()), meaning).then_some(line)
    }

    #[test]
    fn texts_become_what_their_columns_mean() {
        for (text, meaning, expected) in [
            ("a\"b\nc", Meaning::Plain, Some(r#""a\"b\nc""#)),
            (
                "2026-01-02 03:04:05",
                Meaning::Utc,
                Some(r#""2026-01-02T03:04:05Z""#),
            ),
            ("0000-00-00", Meaning::Unsure, Some("null")),
            ("0000-00-00 00:00:00.000000", Meaning::Utc, Some("null")),
            ("12.30", Meaning::Unsure, Some(r#""12.30""#)),
            (
                r#"{"a": [1.10]}"#,
                Meaning::Unsure,
                Some(r#"{"a": [1.10]}"#),
            ),
            ("{a}", Meaning::Unsure, Some(r#""{a}""#)),
            ("true", Meaning::Json, Some("true")),
            ("true", Meaning::Unsure, Some(r#""true""#)),
            ("\u{1}", Meaning::Unsure, None),
            ("a\u{b}b", Meaning::TextOrJson, Some(r#""a\u000bb""#)),
            ("0000-00-00", Meaning::TextOrJson, Some(r#""0000-00-00""#)),
            ("[1]", Meaning::TextOrJson, Some("[1]")),
        ] {
            assert_eq!(shown(text, meaning).as_deref(), expected, "{text:?}");
        }
        let mut line = String::new();
        for value in [
            Value::Single(0.1),
            Value::Float(0.1),
            Value::Uint(u64::MAX),
            Value::Null,
        ] {
            assert!(push(&mut line, &value, Meaning::Plain));
            line.push(' ');
        }
        assert_eq!(line, "0.1 0.1 18446744073709551615 null ");
    }
}
