//! Changes of profiles as they are stored: `[field, after]` where there was nothing before,
//! else `[field, before, after]`. History is most of a file, and so it is half as long.
//! Entries of older versions, and those of definitions, have their changes as they are shown.

use roster_model::history::Change;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::Error;
use crate::packed::corrupt;

/// Changes of a profile, to be stored.
pub(crate) struct Compact<'a>(pub &'a [Change]);

impl Serialize for Compact<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(CompactChange))
    }
}

struct CompactChange<'a>(&'a Change);

impl Serialize for CompactChange<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Change {
            field,
            before,
            after,
        } = self.0;
        match before.is_null() {
            true => (field, after).serialize(serializer),
            false => (field, before, after).serialize(serializer),
        }
    }
}

/// Stored changes as they are shown.
pub(crate) fn shown(stored: Box<RawValue>) -> Result<Box<RawValue>, Error> {
    if !stored.get().starts_with("[[") {
        return Ok(stored);
    }
    let changes: Vec<Vec<&RawValue>> = serde_json::from_str(stored.get()).map_err(corrupt)?;
    let mut text = String::with_capacity(stored.get().len() + 32 * changes.len());
    for change in changes {
        let (field, before, after) = match change.as_slice() {
            [field, after] => (field, "null", after),
            [field, before, after] => (field, before.get(), after),
            _ => return Err(corrupt("a change in history")),
        };
        text.push_str(if text.is_empty() { "[" } else { "," });
        text.push_str("{\"field\":");
        text.push_str(field.get());
        text.push_str(",\"before\":");
        text.push_str(before);
        text.push_str(",\"after\":");
        text.push_str(after.get());
        text.push('}');
    }
    text.push(']');
    RawValue::from_string(text).map_err(corrupt)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn change(field: &str, before: Value, after: Value) -> Change {
        Change {
            field: field.to_owned(),
            before,
            after,
        }
    }

    #[test]
    fn what_is_stored_is_shown_as_it_was() {
        for changes in [
            vec![],
            vec![change("a", Value::Null, json!("x"))],
            vec![change("a", Value::Null, Value::Null)],
            vec![
                change("\"q\\", json!([[1, null], {}]), Value::Null),
                change("b", json!("]],[["), json!({"field": [1.50, "é\u{1}"]})),
                change("c", Value::Null, json!([["d"]])),
            ],
        ] {
            let stored = serde_json::to_string(&Compact(&changes)).unwrap();
            let shown = shown(RawValue::from_string(stored).unwrap()).unwrap();
            assert_eq!(shown.get(), serde_json::to_string(&changes).unwrap());
        }
    }

    #[test]
    fn what_was_stored_before_is_shown_as_it_is() {
        let old = r#"[{"field":"a","before":1,"after":[[2]]}]"#;
        let shown = shown(RawValue::from_string(old.to_owned()).unwrap()).unwrap();
        assert_eq!(shown.get(), old);
        assert!(super::shown(RawValue::from_string("[[1]]".to_owned()).unwrap()).is_err());
    }
}
