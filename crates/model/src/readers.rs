//! Readers of members that several definitions share: each turns a JSON value into the
//! member, or says what is wrong with it.

use crate::Code;
use crate::error::{Invalid, excerpt, valid};
use crate::id::DatabaseId;
use crate::resource::MAX_PARTS;
use crate::text::clean;
use crate::value;
use serde_json::Value;

/// The longest title of anything, in characters.
pub const MAX_TITLE_CHARS: usize = 200;
/// The longest description of anything, in characters.
pub const MAX_DESCRIPTION_CHARS: usize = 2000;

/// The text of a JSON string.
pub fn text_of(value: &Value) -> Result<&str, Invalid> {
    let text = value.as_str();
    text.ok_or_else(|| Invalid::wrong_type(value, "a string"))
}

/// A JSON boolean.
pub fn flag(value: &Value) -> Result<bool, Invalid> {
    let flag = value.as_bool();
    flag.ok_or_else(|| Invalid::wrong_type(value, "true or false"))
}

/// One of a few texts, and what it stands for.
pub(crate) fn choice<T: Copy>(value: &Value, choices: &[(&str, T)]) -> Result<T, Invalid> {
    let text = text_of(value)?;
    let found = choices.iter().find(|(name, _)| *name == text);
    found.map(|(_, choice)| *choice).ok_or_else(|| {
        let names: Vec<String> = choices.iter().map(|(name, _)| excerpt(name)).collect();
        let detail = format!("{} must be one of {}.", excerpt(text), names.join(", "));
        Invalid::new(Code::NotAnOption, detail)
    })
}

/// The name of a database, resource or category: 1 to [`MAX_TITLE_CHARS`]
/// clean characters, white space around it dropped.
pub fn name_text(value: &Value) -> Result<String, Invalid> {
    let name = clean(text_of(value)?.trim(), MAX_TITLE_CHARS)?;
    if name.is_empty() {
        return Err(Invalid::new(Code::Empty, "A name must not be empty."));
    }
    Ok(name)
}

/// A description: at most [`MAX_DESCRIPTION_CHARS`] clean characters in lines.
pub(crate) fn description_text(value: &Value) -> Result<String, Invalid> {
    clean_lines(text_of(value)?, MAX_DESCRIPTION_CHARS)
}

/// A line of at most `max_chars` clean characters, white space around it dropped.
pub(crate) fn line_text(max_chars: usize) -> impl Fn(&Value) -> Result<String, Invalid> {
    move |value| clean(text_of(value)?.trim(), max_chars)
}

/// Tags as plain texts; the rules are those of [`value::tags`].
pub(crate) fn tag_list(value: &Value) -> Result<Vec<String>, Invalid> {
    let tags = value::tags(value)?;
    let texts = tags.as_array().into_iter().flatten();
    Ok(texts.filter_map(Value::as_str).map(str::to_owned).collect())
}

/// [`clean`] for text that may have several lines: `\n` stays, `\r\n` becomes
/// it, and so does the indentation of a line.
pub(crate) fn clean_lines(text: &str, max_chars: usize) -> Result<String, Invalid> {
    let lines = text.replace("\r\n", "\n");
    let cleaned: Result<Vec<String>, Invalid> = lines
        .split('\n')
        .map(|line| {
            let text = line.trim_start_matches(' ');
            let indentation = &line[..line.len() - text.len()];
            Ok(format!("{indentation}{}", clean(text, max_chars)?))
        })
        .collect();
    let cleaned = cleaned?.join("\n");
    let chars = cleaned.chars().count();
    if chars > max_chars {
        let detail = format!("{chars} characters: at most {max_chars} fit here.");
        return Err(Invalid::new(Code::TooLong, detail));
    }
    Ok(cleaned)
}

/// Ids of databases, distinct; at most [`MAX_PARTS`].
pub(crate) fn database_ids(value: &Value) -> Result<Vec<DatabaseId>, Vec<Invalid>> {
    let Value::Array(items) = value else {
        return Err(vec![Invalid::wrong_type(
            value,
            "an array of databases' ids",
        )]);
    };
    if items.len() > MAX_PARTS {
        let detail = format!("{} databases: at most {MAX_PARTS} fit.", items.len());
        return Err(vec![Invalid::new(Code::TooMany, detail)]);
    }
    each(items, DatabaseId::from_json).map(distinct)
}

/// Reads every item of a list; what is wrong with any of them is reported at its place.
pub fn each<'a, T, E: Into<Vec<Invalid>>>(
    items: &'a [Value],
    mut read: impl FnMut(&'a Value) -> Result<T, E>,
) -> Result<Vec<T>, Vec<Invalid>> {
    let (mut all, mut wrong) = (Vec::with_capacity(items.len()), Vec::new());
    for (index, item) in items.iter().enumerate() {
        match read(item) {
            Ok(one) => all.push(one),
            Err(more) => {
                let more: Vec<Invalid> = more.into();
                wrong.extend(more.into_iter().map(|one| one.at_index(index)));
            }
        }
    }
    valid(all, wrong)
}

/// Each of equal items once, where the first of them stands.
pub(crate) fn distinct<T: PartialEq>(items: Vec<T>) -> Vec<T> {
    let mut kept: Vec<T> = Vec::with_capacity(items.len());
    for item in items {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    kept
}
