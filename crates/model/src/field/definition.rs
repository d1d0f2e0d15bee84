//! The definition of a field as clients send it: creating and changing a [`Field`].

use super::{Case, Context, Field, FieldName, FieldType};
use crate::Code;
use crate::error::{Invalid, excerpt, valid};
use crate::id::FieldId;
use crate::phone::Region;
use crate::read::{Members, any};
use crate::readers::{MAX_DESCRIPTION_CHARS, MAX_TITLE_CHARS, clean_lines, flag, text_of};
use crate::text::clean;
use crate::time::Zone;
use crate::{standard, value};
use serde_json::Value;
use std::collections::HashSet;

/// The most options an enum may have.
const MAX_OPTIONS: usize = 1000;
/// The longest option, in characters.
const MAX_OPTION_CHARS: usize = 255;
/// Positions lie between plus and minus this.
const MAX_POSITION: i64 = 1_000_000;

impl Field {
    /// A new custom field from its definition, a JSON object with `name` and
    /// `type` and any of `title`, `description`, `required`, `unique`,
    /// `matchable`, `case`, `searchable`, `manager`, `past`, `multiline`, `default`, `options`,
    /// `position`.
    /// `null` counts as absent. Everything that is wrong is reported at once.
    pub fn create(id: FieldId, definition: &Value, ctx: &Context) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(definition)?;
        let name = members.required("name", |v| {
            text_of(v)?.parse::<FieldName>().map(String::from)
        });
        let field_type = members.required("type", field_type);
        let mut field = Field::new(
            id,
            name.as_deref().unwrap_or_default(),
            field_type.unwrap_or(FieldType::String),
        );
        field.take_settings(&mut members);
        let default = members.optional("default", any);
        members.finish()?;
        field.set_default(default, ctx)?;
        field.check_definition()?;
        Ok(field)
    }

    /// The field as a JSON merge patch (RFC 7396) changes it: absent members
    /// stay, `null` goes back to what a new field has. The name stays as it
    /// is; a standard field keeps its type and options too, and `email` stays
    /// unique. Whether stored values allow the change is the store's question.
    pub fn patch(&self, patch: &Value, ctx: &Context) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(patch)?;
        let mut field = self.clone();
        members.fixed("id", &Value::String(self.id.to_string()));
        members.fixed("standard", &Value::Bool(self.standard));
        members.fixed("name", &Value::String(self.name.clone()));
        if self.standard {
            members.fixed("type", &Value::from(self.field_type.as_str()));
            members.fixed("options", &Value::from(self.options.clone()));
        } else if let Some(new) = members.not_null("type", field_type) {
            field.field_type = new;
            // The options of an enum mean nothing to another type, nor do lines
            // and the case of what is no text.
            if new != FieldType::Enum {
                field.options.clear();
            }
            field.past &= new == FieldType::Date;
            field.multiline &= new == FieldType::String;
            if new != FieldType::String {
                field.case = Case::Sensitive;
            }
        }
        // Turning `unique` off leaves a field as matchable as it was asked to
        // be; turning `matchable` off while unique is an error below.
        field.take_settings(&mut members);
        let default = members.take("default", any);
        members.finish()?;
        match default {
            Some(new) => field.set_default(new, ctx)?,
            // A default kept must still be a value of the field.
            None => field.set_default(self.default.as_ref(), ctx)?,
        }
        field.check_definition()?;
        Ok(field)
    }

    /// The members that creating and patching read alike.
    fn take_settings(&mut self, members: &mut Members) {
        let title = |v: &Value| clean(text_of(v)?.trim(), MAX_TITLE_CHARS);
        let description = |v: &Value| clean_lines(text_of(v)?, MAX_DESCRIPTION_CHARS);
        members.put("title", &mut self.title, title);
        members.put("description", &mut self.description, description);
        members.put("required", &mut self.required, flag);
        members.put("unique", &mut self.unique, flag);
        let matchable = members.take("matchable", flag);
        members.put("case", &mut self.case, case);
        members.put("searchable", &mut self.searchable, flag);
        members.put("manager", &mut self.manager, flag);
        members.put("past", &mut self.past, flag);
        members.put("multiline", &mut self.multiline, flag);
        members.put("options", &mut self.options, options);
        members.put("position", &mut self.position, position);
        match matchable {
            // Said outright: `check_definition` refuses a contradiction.
            Some(Some(given)) => self.matchable = given,
            Some(None) => self.matchable = self.unique,
            None => self.matchable |= self.unique,
        }
    }

    fn set_default(&mut self, default: Option<&Value>, ctx: &Context) -> Result<(), Vec<Invalid>> {
        self.default = match default {
            None | Some(Value::Null) => None,
            Some(given) => {
                let canonical = self.normalise(given, ctx);
                Some(canonical.map_err(|invalid| invalid.at("default"))?)
            }
        };
        Ok(())
    }

    /// Whether the parts of the definition fit each other; pointers name the
    /// member that is wrong.
    pub fn check_definition(&self) -> Result<(), Vec<Invalid>> {
        let mut wrong = Vec::new();
        let mut refuse = |member: &str, code, detail: String| {
            wrong.push(Invalid::new(code, detail).at(member));
        };
        if !self.standard
            && let Err(invalid) = self.name.parse::<FieldName>()
        {
            refuse("name", invalid.code, invalid.detail);
        }
        let kind = self.field_type;
        if !self.standard && !FieldType::CUSTOM.contains(&kind) {
            refuse(
                "type",
                Code::NotSupported,
                format!("Custom fields can't be of type {kind}."),
            );
        }
        for (text, limit, member) in [
            (&self.title, MAX_TITLE_CHARS, "title"),
            (&self.description, MAX_DESCRIPTION_CHARS, "description"),
        ] {
            if let Err(invalid) = clean_lines(text, limit) {
                refuse(member, invalid.code, invalid.detail);
            }
        }
        let flags = [
            ("unique", self.unique, kind.can_be_unique()),
            ("matchable", self.matchable, kind.can_match()),
            ("searchable", self.searchable, kind.can_search()),
        ];
        for (member, on, possible) in flags {
            if on && !possible {
                let detail = format!("A field of type {kind} can't be {member}.");
                refuse(member, Code::NotSupported, detail);
            }
        }
        if self.past && kind != FieldType::Date {
            let detail = format!("A field of type {kind} holds no dates of the past.");
            refuse("past", Code::NotSupported, detail);
        }
        if self.case != Case::Sensitive && kind != FieldType::String {
            let detail = format!("A field of type {kind} has no case to choose.");
            refuse("case", Code::NotSupported, detail);
        }
        if self.multiline && kind != FieldType::String {
            let detail = format!("A field of type {kind} has no lines: it can't be multiline.");
            refuse("multiline", Code::NotSupported, detail);
        }
        if self.multiline && self.matchable {
            let detail = "Nobody is matched by a text of several lines.".to_owned();
            refuse("multiline", Code::Contradiction, detail);
        }
        if self.unique && !self.matchable {
            let detail = "A unique field is matchable too.".to_owned();
            refuse("matchable", Code::Contradiction, detail);
        }
        if self.standard && self.id == standard::EMAIL && !self.unique {
            refuse(
                "unique",
                Code::ReadOnly,
                "email is always unique.".to_owned(),
            );
        }
        if self.unique && self.default.is_some() {
            let detail = "A unique field can't have a default: two profiles would have it.";
            refuse("default", Code::Contradiction, detail.to_owned());
        }
        if let Err(invalid) = self.check_options() {
            let invalid = invalid.at("options");
            wrong.push(invalid);
        } else if let Some(default) = &self.default {
            let zone = Zone::utc();
            let ctx = Context {
                zone: &zone,
                region: None::<&Region>,
            };
            match self.normalise(default, &ctx) {
                Ok(canonical) if canonical == *default => {}
                Ok(_) => wrong.push(
                    Invalid::new(Code::NotCanonical, "The default is not in canonical form.")
                        .at("default"),
                ),
                Err(invalid) => wrong.push(invalid.at("default")),
            }
        }
        valid((), wrong)
    }

    fn check_options(&self) -> Result<(), Invalid> {
        match (self.field_type, self.options.len()) {
            (FieldType::Enum, 1..=MAX_OPTIONS) => {}
            (FieldType::Enum, count) => {
                return Err(Invalid::new(
                    Code::Required,
                    format!("An enum has 1 to {MAX_OPTIONS} options, not {count}."),
                ));
            }
            (_, 0) => return Ok(()),
            (kind, _) => {
                return Err(Invalid::new(
                    Code::NotSupported,
                    format!("A field of type {kind} has no options."),
                ));
            }
        }
        let mut seen = HashSet::new();
        for (index, given) in self.options.iter().enumerate() {
            let option = option_text(given).map_err(|invalid| invalid.at_index(index))?;
            if !seen.insert(option) {
                let detail = format!("{} stands in the list twice.", excerpt(given));
                return Err(Invalid::new(Code::Repeated, detail).at_index(index));
            }
        }
        Ok(())
    }
}

fn field_type(value: &Value) -> Result<FieldType, Invalid> {
    let text = text_of(value)?;
    FieldType::CUSTOM
        .into_iter()
        .find(|t| t.as_str() == text)
        .ok_or_else(|| {
            Invalid::new(
                Code::NotAnOption,
                format!(
                    "{} is no field type: it must be one of {}.",
                    excerpt(text),
                    FieldType::CUSTOM.map(FieldType::as_str).join(", ")
                ),
            )
        })
}

fn options(value: &Value) -> Result<Vec<String>, Invalid> {
    let Value::Array(items) = value else {
        return Err(Invalid::new(
            Code::WrongType,
            "This must be an array of strings.",
        ));
    };
    let one = |(index, item): (usize, &Value)| {
        let option = text_of(item).and_then(option_text);
        option.map_err(|invalid| invalid.at_index(index))
    };
    items.iter().enumerate().map(one).collect()
}

fn option_text(text: &str) -> Result<String, Invalid> {
    let option = clean(text.trim(), MAX_OPTION_CHARS)?;
    if option.is_empty() {
        return Err(Invalid::new(Code::Empty, "An option must not be empty."));
    }
    Ok(option)
}

fn case(value: &Value) -> Result<Case, Invalid> {
    let text = text_of(value)?;
    let mut all = [Case::Sensitive, Case::Insensitive].into_iter();
    all.find(|case| case.as_str() == text).ok_or_else(|| {
        let detail = format!("{} must be sensitive or insensitive.", excerpt(text));
        Invalid::new(Code::NotAnOption, detail)
    })
}

fn position(value: &Value) -> Result<i64, Invalid> {
    let number = value::integer(value)?;
    number
        .as_i64()
        .filter(|n| (-MAX_POSITION..=MAX_POSITION).contains(n))
        .ok_or_else(|| {
            Invalid::new(
                Code::OutOfRange,
                format!("A position lies between -{MAX_POSITION} and {MAX_POSITION}."),
            )
        })
}
