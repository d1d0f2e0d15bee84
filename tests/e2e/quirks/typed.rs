//! Rows as a person who reads the sheet would have typed them.

use serde_json::{Map, Value, json};

/// What becomes of a row.
#[derive(Clone, Debug, Default)]
pub struct TypedRow {
    /// Its values by field, as JSON Lines have them; those that are not there have none.
    pub data: Map<String, Value>,
    /// Whether the person said yes to the letter.
    pub yes: bool,
    /// The codes of what is left out of it.
    pub left_out: Vec<&'static str>,
    /// The code of what makes the whole row fail.
    pub fails: Option<&'static str>,
}

impl TypedRow {
    pub fn set(&mut self, field: &str, value: impl Into<Value>) {
        self.data.insert(field.to_owned(), value.into());
    }

    /// A value that can't be read, and why.
    pub fn leave_out(&mut self, code: &'static str) {
        self.left_out.push(code);
    }

    /// Its value of a field as a CSV has it.
    pub fn cell(&self, field: &str) -> String {
        match self.data.get(field) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Array(list)) => {
                let texts = list.iter().map(|one| one.as_str().unwrap());
                texts.collect::<Vec<_>>().join(",")
            }
            Some(other) => other.to_string(),
        }
    }
}

/// A way to write something, and what it is: a value, or why it is left out.
pub enum Way {
    Is(String, Value),
    Nothing(String),
    Wrong(String, &'static str),
}

impl Way {
    pub fn text(written: impl Into<String>, meant: impl Into<String>) -> Self {
        Way::Is(written.into(), json!(meant.into()))
    }

    /// What is written; the row is told what it means.
    pub fn write(self, field: &str, row: &mut TypedRow) -> String {
        match self {
            Way::Is(written, value) => {
                row.set(field, value);
                written
            }
            Way::Nothing(written) => written,
            Way::Wrong(written, code) => {
                row.leave_out(code);
                written
            }
        }
    }
}

/// The one of these that a row has.
pub fn pick(ways: Vec<Way>, row: usize) -> Way {
    let place = row % ways.len();
    ways.into_iter().nth(place).unwrap()
}
