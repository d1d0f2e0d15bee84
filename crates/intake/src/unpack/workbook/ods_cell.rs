//! ODS: what one cell says.

use super::format::Shape;
use super::grid::{CELL_BYTES, Cell};
use super::number::{digits, number_text, show, show_date};
use super::ods_styles::Styles;
use super::strings::too_large;
use super::xml::{Element, Node, Xml, broken};
use crate::unpack::error::UnpackError;
use roster_model::import::sheet_error;

/// The most pieces of a cell.
const CELL_NODES: usize = 200_000;

/// What a cell says about itself.
pub(crate) struct Value {
    pub(crate) repeat: u32,
    /// The name of its style, if it has one of its own.
    pub(crate) style: Option<String>,
    kind: Kind,
    value: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// What its paragraphs say.
    Shown,
    /// A text that isn't what its paragraphs say.
    Text,
    Number,
    /// A number that is an amount in any style.
    Amount,
    Date,
    Time,
    Error,
}

impl Value {
    pub(crate) fn of(start: &Element<'_>) -> Self {
        let [kind, repeat, style, inner, value, date, time, truth, text] = start.attributes([
            "office:value-type",
            "table:number-columns-repeated",
            "table:style-name",
            "calcext:value-type",
            "office:value",
            "office:date-value",
            "office:time-value",
            "office:boolean-value",
            "office:string-value",
        ]);
        let is_error = inner.is_some_and(|kind| kind == "error");
        let (kind, value) = match kind.as_deref() {
            _ if is_error => (Kind::Error, None),
            Some("float") => (Kind::Number, value),
            Some("percentage" | "currency") => (Kind::Amount, value),
            Some("date") => (Kind::Date, date),
            Some("time") => (Kind::Time, time),
            Some("boolean") => (Kind::Text, truth),
            Some("string") => (Kind::Text, text),
            _ => (Kind::Shown, None),
        };
        let repeat = repeat.and_then(|repeat| repeat.parse().ok());
        Value {
            repeat: repeat.unwrap_or(1).max(1),
            style: style.map(|style| style.into_owned()),
            kind: match value {
                None if kind != Kind::Error => Kind::Shown,
                _ => kind,
            },
            value: value.unwrap_or_default().into_owned(),
        }
    }

    /// Makes a cell's text of it. `text` is what its paragraphs say.
    pub(crate) fn show(&self, text: String, style: &str, styles: &Styles, cell: &mut Cell) {
        let value = self.value.as_str();
        cell.clear();
        match self.kind {
            Kind::Shown => cell.text = text,
            Kind::Text => value.clone_into(&mut cell.text),
            Kind::Error => sheet_error::named(text.trim()).clone_into(&mut cell.text),
            Kind::Amount => cell.text = number_text(value),
            Kind::Number => match value.parse() {
                Ok(number) => {
                    let shown = styles.shape(style, number);
                    show(number, digits(value), shown, false, cell);
                }
                Err(_) => value.clone_into(&mut cell.text),
            },
            Kind::Date => show_date(value, styles.shape(style, 1.0).shape, cell),
            Kind::Time => {
                let of_day = *styles.shape(style, 1.0).shape == Shape::Time;
                cell.text = clock(value, of_day);
            }
        }
    }
}

/// The text of a cell, whose place is `cell`: its paragraphs, without comments, notes
/// and pictures. Reads the cell to its end.
pub(crate) fn text(xml: &mut Xml, cell: &str) -> Result<String, UnpackError> {
    let mut text = String::new();
    let mut paragraphs = 0;
    // Runs of white space are one space, and none at the ends of a paragraph.
    let mut after_space = true;
    for _ in 0..CELL_NODES {
        match xml.next()? {
            Node::Start(e) => match e.place.strip_prefix(cell) {
                Some("/text:p") => {
                    if paragraphs > 0 {
                        text.push('\n');
                    }
                    paragraphs += 1;
                    after_space = true;
                }
                Some(place) if is_seen(place) => match place.rsplit('/').next() {
                    Some("text:s") => {
                        let count = e.attribute("text:c").and_then(|c| c.parse().ok());
                        let spaces = count.unwrap_or(1_usize).clamp(1, 1_000);
                        text.extend(std::iter::repeat_n(' ', spaces));
                        after_space = false;
                    }
                    Some("text:tab") => text.push('\t'),
                    Some("text:line-break") => text.push('\n'),
                    _ => {}
                },
                _ => {}
            },
            Node::Text(place, piece) if place.strip_prefix(cell).is_some_and(is_seen) => {
                for c in piece.chars() {
                    let is_space = matches!(c, ' ' | '\t' | '\r' | '\n');
                    if !is_space {
                        text.push(c);
                    } else if !after_space {
                        text.push(' ');
                    }
                    after_space = is_space;
                }
            }
            Node::End(place) => match place.strip_prefix(cell) {
                Some("") => return Ok(text),
                Some("/text:p") if after_space && text.ends_with(' ') => {
                    text.pop();
                }
                _ => {}
            },
            Node::Eof => return Err(broken("one of its sheets is cut off")),
            Node::Text(..) => {}
        }
        if text.len() > CELL_BYTES {
            return Err(too_large());
        }
    }
    Err(too_large())
}

/// Whether what stands at a place inside a cell is its text: in a paragraph, and in
/// nothing that lies beside the text or over it.
fn is_seen(place: &str) -> bool {
    let Some(inner) = place.strip_prefix("/text:p") else {
        return false;
    };
    let mut steps = inner.split('/').skip(1);
    (inner.is_empty() || inner.starts_with('/'))
        && steps.all(|step| {
            step.starts_with("text:") && !matches!(step, "text:note" | "text:ruby-text")
        })
}

/// `PT01H02M03.5S` as `01:02:03`; as it stands if it is something else. Of a time of day
/// no more than 24 hours are shown.
fn clock(time: &str, of_day: bool) -> String {
    let parts = || {
        let (hours, rest) = time.strip_prefix("PT")?.split_once('H')?;
        let (minutes, rest) = rest.split_once('M')?;
        let seconds = rest.strip_suffix('S')?.split(['.', ',']).next()?;
        let number = |part: &str| part.parse::<u32>().ok();
        Some((number(hours)?, number(minutes)?, number(seconds)?))
    };
    match parts() {
        Some((hours, minutes, seconds)) if of_day => {
            format!("{:02}:{minutes:02}:{seconds:02}", hours % 24)
        }
        Some((hours, minutes, seconds)) => format!("{hours:02}:{minutes:02}:{seconds:02}"),
        None => time.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_iso_text() {
        assert_eq!(clock("PT01H02M03S", true), "01:02:03");
        assert_eq!(clock("PT125H02M03.999S", false), "125:02:03");
        assert_eq!(clock("PT125H02M03S", true), "05:02:03");
        assert_eq!(clock("P1D", false), "P1D");
    }

    #[test]
    fn text_is_what_stands_in_paragraphs() {
        for (place, seen) in [
            ("/text:p", true),
            ("/text:p/text:span/text:a", true),
            ("/text:p/text:ruby/text:ruby-base", true),
            ("/text:p/text:ruby/text:ruby-text", false),
            ("/text:p/text:note/text:note-body/text:p", false),
            ("/text:p/office:annotation/text:p", false),
            ("/office:annotation/text:p", false),
            ("/text:page", false),
            ("", false),
        ] {
            assert_eq!(is_seen(place), seen, "{place}");
        }
    }
}
