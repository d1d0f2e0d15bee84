//! JSON, whichever way its records stand: finding where a value ends without
//! taking it in, and making an object of it.

use super::RECORD_BYTES;
use super::record::{RecordWarning, WarningPlace};
use roster_model::Code;
use roster_model::json;
use serde_json::{Map, Value};

/// The deepest nesting of a record; the record itself is the first level.
pub const LEVELS: u32 = 64;

/// The most arrays and objects in a record, and the most values: they take many
/// times their text in memory.
const CONTAINERS: usize = 5_000;
const VALUES: usize = 50_000;

/// Goes over the bytes of one value and finds its end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scanner {
    depth: u32,
    deepest: u32,
    /// One bit for every open bracket of the first 64: set for `{`.
    braces: u64,
    string: bool,
    escaped: bool,
    containers: usize,
    values: usize,
    /// A bracket was closed by one of the other kind.
    pub(crate) mismatch: bool,
    /// A line end stands inside a string: a quote may be missing.
    pub(crate) torn: bool,
}

impl Scanner {
    /// Goes on over `bytes`, which begin inside the value or with its `{`, `[` or
    /// `"`; the index after the value, or `None` if it isn't over yet.
    pub(crate) fn pass(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if self.string {
                if self.escaped {
                    self.escaped = false;
                    at += 1;
                    continue;
                }
                let rest = bytes.get(at..).unwrap_or_default();
                let found = memchr::memchr3(b'"', b'\\', b'\n', rest)?;
                at += found + 1;
                match rest.get(found) {
                    Some(b'"') => {
                        self.string = false;
                        if self.depth == 0 {
                            return Some(at);
                        }
                    }
                    Some(b'\\') => self.escaped = true,
                    _ => self.torn = true,
                }
                continue;
            }
            at += 1;
            match byte {
                b'"' => self.string = true,
                b'{' | b'[' => self.open(byte == b'{'),
                b'}' | b']' => {
                    self.close(byte == b'}');
                    if self.depth == 0 {
                        return Some(at);
                    }
                }
                b',' => self.values = self.values.saturating_add(1),
                _ => {}
            }
        }
        None
    }

    fn open(&mut self, brace: bool) {
        if let Some(bit) = 1_u64.checked_shl(self.depth) {
            self.braces = if brace {
                self.braces | bit
            } else {
                self.braces & !bit
            };
        }
        self.depth = self.depth.saturating_add(1);
        self.deepest = self.deepest.max(self.depth);
        self.containers = self.containers.saturating_add(1);
    }

    fn close(&mut self, brace: bool) {
        self.depth = self.depth.saturating_sub(1);
        if let Some(bit) = 1_u64.checked_shl(self.depth) {
            self.mismatch |= brace != (self.braces & bit != 0);
        }
    }

    /// What forbids to take the value in, before it is looked at.
    pub(crate) fn refuse(&self) -> Option<Fault> {
        if self.deepest > LEVELS {
            return Some(Fault {
                code: Code::JsonTooDeep,
                detail: format!("the record is nested more than {LEVELS} levels deep"),
            });
        }
        if self.containers > CONTAINERS || self.values > VALUES {
            return Some(Fault {
                code: Code::RecordTooLarge,
                detail: format!(
                    "the record has more than {VALUES} values, or more than {CONTAINERS} \
                     objects and arrays"
                ),
            });
        }
        None
    }
}

/// What is wrong with a record.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) code: Code,
    pub(crate) detail: String,
}

impl Fault {
    pub(crate) fn broken(detail: impl Into<String>) -> Self {
        Fault {
            code: Code::JsonBroken,
            detail: detail.into(),
        }
    }

    pub(crate) fn too_large() -> Self {
        Fault {
            code: Code::RecordTooLarge,
            detail: format!("the record has more than {} KiB", RECORD_BYTES >> 10),
        }
    }
}

/// A record that was taken in.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) members: Map<String, Value>,
    /// How many invalid bytes were replaced in it.
    pub(crate) replaced: u32,
    pub(crate) warnings: Vec<RecordWarning>,
}

/// A record, or what is wrong with it.
pub(crate) type ObjectResult = Result<Object, Fault>;

/// Makes an object of the text of one value, whose first line is `line`. Anyone who
/// calls it has asked [`Scanner::refuse`] before.
pub(crate) fn take(text: &[u8], line: u64) -> ObjectResult {
    let mut replaced = 0;
    let mended;
    let text = match str::from_utf8(text) {
        Ok(text) => text,
        Err(_) => {
            let invalid = text.utf8_chunks().map(|chunk| chunk.invalid().len());
            replaced = u32::try_from(invalid.sum::<usize>()).unwrap_or(u32::MAX);
            mended = String::from_utf8_lossy(text);
            &mended
        }
    };
    let mut warnings = Vec::new();
    if text.contains(char::REPLACEMENT_CHARACTER) {
        warnings.push(RecordWarning::letters_lost(None));
    }
    let changed = json::as_text(text);
    let text = match &changed {
        Some((changed, pointers)) => {
            let first = pointers.first().cloned().unwrap_or_default();
            warnings.push(RecordWarning {
                code: Code::NumberAsText,
                detail: "A number has more digits than 64 bits hold: it is the text of its digits."
                    .to_owned(),
                place: Some(WarningPlace::Pointer(first)),
            });
            changed
        }
        None => text,
    };
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(members)) => Ok(Object {
            members,
            replaced,
            warnings,
        }),
        Ok(other) => Err(Fault {
            code: Code::JsonNotObject,
            detail: format!("a record must be an object, this is {}", name(&other)),
        }),
        Err(error) => {
            let at = line + u64::try_from(error.line().saturating_sub(1)).unwrap_or_default();
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default();
            let column = error.column();
            Err(Fault::broken(format!(
                "this is no JSON: {message} (line {at}, column {column})"
            )))
        }
    }
}

/// Whether the text of a value would be right JSON if its line ends stood in no
/// string: then it is one value, and where it ends is sure.
pub(crate) fn whole_but_for_line_ends(text: &[u8]) -> bool {
    let flat: Vec<u8> = text
        .iter()
        .map(|&b| if b < b' ' { b' ' } else { b })
        .collect();
    let text = String::from_utf8_lossy(&flat);
    serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok()
}

fn name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
