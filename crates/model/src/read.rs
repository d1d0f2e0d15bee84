//! Reading JSON objects member by member, collecting everything that is wrong.

use crate::Code;
use crate::error::{Invalid, MAX_ERRORS, excerpt, excerpt_json};
use serde_json::{Map, Value};
use std::collections::HashSet;

/// The members of an object that a client sent. Each is asked for by name;
/// what was never asked for is refused at the end, so that a misspelt setting
/// is not lost in silence.
#[derive(Debug)]
pub struct Members<'a> {
    members: &'a Map<String, Value>,
    asked: HashSet<&'static str>,
    wrong: Vec<Invalid>,
}

impl<'a> Members<'a> {
    /// Refuses anything but an object, with code `wrong_type`.
    pub fn of(value: &'a Value) -> Result<Self, Vec<Invalid>> {
        match value {
            Value::Object(members) => Ok(Members {
                members,
                asked: HashSet::new(),
                wrong: Vec::new(),
            }),
            _ => Err(vec![Invalid::wrong_type(value, "an object")]),
        }
    }

    /// Reads a member: `None` if absent or wrong (which is noted), `Some(None)`
    /// if `null`. A reader may find one thing wrong or several.
    pub fn take<T, E: Into<Vec<Invalid>>>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&'a Value) -> Result<T, E>,
    ) -> Option<Option<T>> {
        self.asked.insert(name);
        match self.members.get(name)? {
            Value::Null => Some(None),
            value => match read(value) {
                Ok(read) => Some(Some(read)),
                Err(wrong) => {
                    let wrong: Vec<Invalid> = wrong.into();
                    self.wrong
                        .extend(wrong.into_iter().map(|invalid| invalid.at(name)));
                    None
                }
            },
        }
    }

    /// [`Members::take`] where `null` is as good as absent.
    pub fn optional<T, E: Into<Vec<Invalid>>>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&'a Value) -> Result<T, E>,
    ) -> Option<T> {
        self.take(name, read).flatten()
    }

    /// Reads a member into `place`; `null` puts the type's default there.
    pub fn put<T: Default, E: Into<Vec<Invalid>>>(
        &mut self,
        name: &'static str,
        place: &mut T,
        read: impl FnOnce(&'a Value) -> Result<T, E>,
    ) {
        if let Some(read) = self.take(name, read) {
            *place = read.unwrap_or_default();
        }
    }

    /// Reads a member that can't be `null`; code `required`.
    pub fn not_null<T, E: Into<Vec<Invalid>>>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&'a Value) -> Result<T, E>,
    ) -> Option<T> {
        match self.take(name, read)? {
            Some(read) => Some(read),
            None => {
                self.missing(name);
                None
            }
        }
    }

    /// Reads a member that must be there; code `required`.
    pub fn required<T, E: Into<Vec<Invalid>>>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&'a Value) -> Result<T, E>,
    ) -> Option<T> {
        if !self.members.contains_key(name) {
            self.missing(name);
        }
        self.not_null(name, read)
    }

    /// A member that may be sent but not be changed; code `read_only`.
    pub fn fixed(&mut self, name: &'static str, stays: &Value) {
        self.asked.insert(name);
        if self.members.get(name).is_some_and(|given| given != stays) {
            let detail = format!("{name} can't be changed, it is {}.", excerpt_json(stays));
            self.refuse(name, Invalid::new(Code::ReadOnly, detail));
        }
    }

    /// Whether nothing was wrong so far.
    pub fn is_sound(&self) -> bool {
        self.wrong.is_empty()
    }

    /// Notes that a member is wrong.
    pub fn refuse(&mut self, name: &str, invalid: Invalid) {
        self.wrong.push(invalid.at(name));
    }

    /// How many things were noted as wrong so far.
    pub fn wrong(&self) -> usize {
        self.wrong.len()
    }

    /// Notes several things that are wrong, with their places.
    pub fn refuse_all(&mut self, wrong: Vec<Invalid>) {
        self.wrong.extend(wrong);
    }

    fn missing(&mut self, name: &str) {
        let detail = format!("{name} must be there.");
        self.refuse(name, Invalid::new(Code::Required, detail));
    }

    /// The members that were asked for, as an error names them.
    fn known(&self) -> String {
        let mut known: Vec<&str> = self.asked.iter().copied().collect();
        known.sort_unstable();
        known.join(", ")
    }

    /// Everything that was wrong, members that nobody asked for included
    /// (code `unknown_field`); of those no more than make [`MAX_ERRORS`] in all.
    pub fn finish(mut self) -> Result<(), Vec<Invalid>> {
        for name in self.members.keys() {
            if self.wrong.len() >= MAX_ERRORS {
                break;
            }
            if !self.asked.contains(name.as_str()) {
                let detail = format!(
                    "There is no member {} here; there are {}.",
                    excerpt(name),
                    self.known()
                );
                self.wrong
                    .push(Invalid::new(Code::UnknownField, detail).at(name));
            }
        }
        if self.wrong.is_empty() {
            Ok(())
        } else {
            Err(self.wrong)
        }
    }
}

/// Reads any value, as it is.
pub fn any(value: &Value) -> Result<&Value, Invalid> {
    Ok(value)
}
