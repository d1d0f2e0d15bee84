//! An answer as XML: members are elements of the root `xml`, arrays repeated elements that
//! say `array='true'`, so that a list of one differs from one alone.

use serde_json::{Map, Value};

/// The whole document.
pub(crate) fn document(members: &Map<String, Value>) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xml>");
    content(members, &mut text);
    text.push_str("</xml>");
    text
}

fn content(members: &Map<String, Value>, text: &mut String) {
    for (name, value) in members {
        match value {
            Value::Array(items) if items.is_empty() => {
                begin(name, " array='true'", text);
                end(name, text);
            }
            Value::Array(items) => {
                for item in items {
                    begin(name, " array='true'", text);
                    inner(item, text);
                    end(name, text);
                }
            }
            one => {
                begin(name, "", text);
                inner(one, text);
                end(name, text);
            }
        }
    }
}

fn inner(value: &Value, text: &mut String) {
    match value {
        Value::Null => {}
        Value::Bool(yes) => text.push_str(if *yes { "true" } else { "false" }),
        Value::Number(number) => text.push_str(&number.to_string()),
        Value::String(given) => escape(given, text),
        Value::Array(items) => {
            for item in items {
                begin("item", "", text);
                inner(item, text);
                end("item", text);
            }
        }
        Value::Object(members) => content(members, text),
    }
}

fn begin(name: &str, attributes: &str, text: &mut String) {
    text.push('<');
    if is_name(name) {
        text.push_str(name);
    } else {
        text.push_str("item name='");
        escape(name, text);
        text.push('\'');
    }
    text.push_str(attributes);
    text.push('>');
}

fn end(name: &str, text: &mut String) {
    text.push_str("</");
    text.push_str(if is_name(name) { name } else { "item" });
    text.push('>');
}

/// Whether an element can have this name. Others, such as phone numbers, stand in `name`.
fn is_name(name: &str) -> bool {
    let mut all = name.chars();
    let starts = all.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    starts && all.all(|c| c.is_alphanumeric() || "_-.".contains(c))
}

/// Characters that XML has no place for are left out.
fn escape(given: &str, text: &mut String) {
    for c in given.chars() {
        match c {
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '&' => text.push_str("&amp;"),
            '\'' => text.push_str("&#39;"),
            '"' => text.push_str("&quot;"),
            '\t' | '\n' | '\r' => text.push_str(&format!("&#{};", u32::from(c))),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => text.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_written_is_read_as_the_same() {
        let given = json!({"a": "x<&>\"'\n y", "b": {"c": ["1", "2"]}, "d": [], "e": ["one"]});
        let text = document(given.as_object().expect("an object"));
        let read = crate::xml::read(text.split_once('\n').map_or("", |(_, rest)| rest));
        assert_eq!(read.map(Value::Object), Ok(given));
        let phone = document(json!({"+7900": true}).as_object().expect("an object"));
        assert!(
            phone.ends_with("<xml><item name='+7900'>true</item></xml>"),
            "{phone}"
        );
    }
}
