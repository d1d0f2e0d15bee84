//! Proposals as the settings of an import, to be looked at and sent back.

use super::Proposal;
use super::looks::Looks;
use crate::field::FieldType;
use crate::import::mapping::MAX_COLUMN_CHARS;
use crate::matching::Matching;
use crate::text::fold;
use crate::write::Schema;
use serde_json::{Map, Value, json};

/// Whether a column's header is a name that tells it from all others, in any case;
/// not one that was made up for a column without.
fn is_name(proposal: &Proposal, columns: &[Proposal]) -> bool {
    let name = fold(proposal.name.trim());
    let same = columns
        .iter()
        .filter(|other| fold(other.name.trim()) == name);
    let made_up = format!("column {}", proposal.column);
    let fits = (1..=MAX_COLUMN_CHARS).contains(&proposal.name.chars().count());
    fits && proposal.name != made_up && same.count() == 1
}

/// The proposals as an import's settings: columns by their names where these tell
/// them apart or `by_name` says so, else by their numbers.
pub(super) fn settings(
    columns: &[Proposal],
    by_name: bool,
    looks: &[Looks],
    schema: &Schema,
) -> Value {
    let mut settings = Map::new();
    let mapped = |name: &str| {
        columns
            .iter()
            .any(|proposal| proposal.to.get("field").is_some_and(|field| field == name))
    };
    let unique = schema.database.fields.iter();
    let mut unique = unique.filter(|field| field.unique && mapped(&field.name));
    let matching = if mapped("id") {
        Some(Matching::ProfileId)
    } else if mapped("email") {
        Some(Matching::Email)
    } else if let Some(field) = unique.next() {
        settings.insert("field_name".to_owned(), json!(field.name));
        Some(Matching::Custom)
    } else if mapped("phones") {
        Some(Matching::Phone)
    } else {
        None
    };
    if let Some(matching) = matching {
        settings.insert("matching".to_owned(), json!(matching.as_str()));
    }
    let mapping = columns.iter().map(|proposal| {
        let column = if by_name || is_name(proposal, columns) {
            json!(proposal.name)
        } else {
            json!(proposal.column)
        };
        json!({ "column": column, "to": proposal.to })
    });
    settings.insert("mapping".to_owned(), mapping.collect());
    let mut formats: Vec<&str> = Vec::new();
    for format in columns.iter().filter_map(|proposal| proposal.date_format) {
        if !formats.contains(&format) {
            formats.push(format);
        }
    }
    if !formats.is_empty() {
        settings.insert("date_formats".to_owned(), json!(formats));
    }
    let of_type = |types: &[FieldType]| {
        let of = columns.iter().zip(looks).filter(|(proposal, _)| {
            let field = proposal.to.get("field").and_then(Value::as_str);
            let field = field.and_then(|name| schema.database.field(name));
            field.is_some_and(|field| types.contains(&field.field_type))
        });
        of.map(|(_, looks)| looks).collect::<Vec<_>>()
    };
    let numbers = of_type(&[FieldType::Integer, FieldType::Float]);
    let sum = |of: &dyn Fn(&Looks) -> usize| numbers.iter().map(|l| of(l)).sum::<usize>();
    if sum(&|l| l.with_comma) > sum(&|l| l.with_point) {
        settings.insert("decimal".to_owned(), json!(","));
    }
    let mut lists = of_type(&[FieldType::Tags, FieldType::Phones]);
    let contacts = columns.iter().zip(looks).filter(|(proposal, _)| {
        proposal.to.get("subscription").is_some() && proposal.to.get("part").is_none()
    });
    lists.extend(contacts.map(|(_, looks)| looks));
    let semicolons: usize = lists.iter().map(|l| l.semicolons).sum();
    let bars: usize = lists.iter().map(|l| l.bars).sum();
    if semicolons.max(bars) > 0 {
        let separator = if semicolons >= bars { ";" } else { "|" };
        settings.insert("separator".to_owned(), json!(separator));
    }
    Value::Object(settings)
}
