//! What the values of a column look like.

use super::clue::{Look, LookCount};
use super::dates::Guess;
use super::names::{COUNTRIES, each, plain};
use crate::email::Email;
use crate::field::FieldType;
use crate::id::ProfileId;
use crate::import::number;
use crate::import::words::{NO, SEX, YES};
use crate::ip::parse_ip;
use crate::phone::{Phone, Region};
use crate::status::Status;
use crate::text::fold;
use serde_json::Value;
use std::collections::HashSet;

/// The most values of a column that are looked at.
pub(super) const MAX_VALUES: usize = 200;

/// How many of a column's values look like something.
#[derive(Debug, Default)]
pub(super) struct Looks {
    /// How many were looked at; none of them empty.
    pub total: usize,
    pub emails: usize,
    pub phones: usize,
    /// Phone numbers that begin with `+`.
    pub international: usize,
    pub ips: usize,
    pub whole: usize,
    pub with_point: usize,
    pub with_comma: usize,
    pub truths: usize,
    pub sexes: usize,
    pub countries: usize,
    pub statuses: usize,
    pub ids: usize,
    pub json: usize,
    pub dates: Guess,
    /// Values with `;` and with `|` in them, which separate lists.
    pub semicolons: usize,
    pub bars: usize,
    /// Values of several words.
    pub spaced: usize,
    /// Whether at least two values differ.
    pub varied: bool,
}

/// What values are compared with; made once for all columns.
pub(super) struct Vocabulary {
    countries: HashSet<String>,
    truths: HashSet<String>,
    sexes: HashSet<String>,
    region: Option<Region>,
}

impl Vocabulary {
    pub fn new(region: Option<Region>) -> Self {
        let own = ["male", "female", "m", "f"];
        Vocabulary {
            countries: each(COUNTRIES).map(plain).collect(),
            truths: YES.iter().chain(&NO).map(|word| fold(word)).collect(),
            sexes: SEX
                .iter()
                .map(|(word, _)| fold(word))
                .chain(own.map(str::to_owned))
                .collect(),
            region,
        }
    }
}

impl Looks {
    /// Looks at the values that are not empty, at most [`MAX_VALUES`].
    pub fn at<'a>(values: impl Iterator<Item = &'a str>, known: &Vocabulary) -> Self {
        let mut looks = Looks::default();
        let mut first = None;
        let seen = values.map(str::trim).filter(|value| !value.is_empty());
        for value in seen.take(MAX_VALUES) {
            looks.total += 1;
            looks.varied |= *first.get_or_insert(value) != value;
            looks.add(value, known);
        }
        looks
    }

    fn add(&mut self, value: &str, known: &Vocabulary) {
        let count = |place: &mut usize, is: bool| *place += usize::from(is);
        let folded = fold(value);
        count(
            &mut self.emails,
            value.contains('@') && Email::parse(value).is_ok(),
        );
        let is_phone = phone(value, known.region);
        count(&mut self.phones, is_phone);
        count(&mut self.international, is_phone && value.contains('+'));
        count(&mut self.ips, parse_ip(value).is_ok());
        count(&mut self.truths, known.truths.contains(&folded));
        count(&mut self.sexes, known.sexes.contains(&folded));
        let code = value.len() == 2
            && value.bytes().all(|b| b.is_ascii_uppercase())
            && value.parse::<Region>().is_ok();
        count(
            &mut self.countries,
            code || known.countries.contains(&plain(value)),
        );
        // Numbers alone are too easily something else.
        let word = value.chars().any(char::is_alphabetic);
        count(&mut self.statuses, word && value.parse::<Status>().is_ok());
        count(&mut self.ids, value.parse::<ProfileId>().is_ok());
        count(
            &mut self.json,
            value.starts_with(['{', '[']) && serde_json::from_str::<Value>(value).is_ok(),
        );
        let point = number::plain(value, '.');
        let comma = number::plain(value, ',');
        let is_whole = |number: &Option<std::borrow::Cow<str>>| {
            number.as_ref().is_some_and(|n| n.parse::<i64>().is_ok())
        };
        if is_whole(&point) && is_whole(&comma) {
            self.whole += 1;
        } else {
            count(&mut self.with_point, point.is_some());
            count(&mut self.with_comma, comma.is_some());
        }
        self.dates.add(value);
        count(&mut self.spaced, value.contains(char::is_whitespace));
        count(&mut self.semicolons, value.contains(';'));
        count(&mut self.bars, value.contains('|'));
    }

    /// Whether nearly all values are among `count`.
    pub fn most(&self, count: usize) -> bool {
        self.total > 0 && count * 10 >= self.total * 9
    }

    /// That so many of the values look like something.
    pub fn counted(&self, count: usize, look: Look) -> LookCount {
        LookCount {
            count,
            total: self.total,
            look,
        }
    }

    /// How many values fit a type, and what those are called; `None` for types
    /// that take any text.
    pub fn fitting(&self, field_type: FieldType) -> Option<(usize, Look)> {
        let numbers = self.whole + self.with_point.max(self.with_comma);
        match field_type {
            FieldType::Email => Some((self.emails, Look::Email)),
            FieldType::Phones => Some((self.phones, Look::Phone)),
            FieldType::Ip => Some((self.ips, Look::Ip)),
            FieldType::Date => Some((self.dates.best().1, Look::Date)),
            FieldType::Integer => Some((self.whole, Look::Integer)),
            FieldType::Float => Some((numbers, Look::Number)),
            FieldType::Boolean => Some((self.truths, Look::Boolean)),
            FieldType::Object | FieldType::Objects => Some((self.json, Look::Json)),
            FieldType::String | FieldType::Enum | FieldType::Tags => None,
        }
    }

    /// What the values are, for a column that has no field.
    pub fn named(&self) -> Look {
        let numbers = self.whole + self.with_point.max(self.with_comma);
        if self.total == 0 {
            Look::Empty
        } else if self.most(self.emails) {
            Look::Email
        } else if self.most(self.ips) {
            Look::Ip
        } else if self.most(self.dates.best().1) {
            Look::Date
        } else if self.most(self.truths) {
            Look::Boolean
        } else if self.most(self.whole) {
            Look::Integer
        } else if self.most(numbers) {
            Look::Number
        } else if self.most(self.phones) {
            Look::Phone
        } else if self.most(self.json) {
            Look::Json
        } else {
            Look::Text
        }
    }
}

/// Whether a value is one or more phone numbers: valid ones, or, as long as no
/// region says how to read them, what has the digits and punctuation of one.
fn phone(value: &str, region: Option<Region>) -> bool {
    let one = |text: &str| {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let spelt = |c: char| c.is_ascii_digit() || " +-()./\u{a0}".contains(c);
        if !(7..=15).contains(&digits) || !text.chars().all(spelt) {
            return false;
        }
        // Points make it a date or an IP address sooner than a number.
        let marks = text.contains(['(', ')', '-', ' ']) && !text.contains('.');
        if text.starts_with('+') || region.is_some() {
            return Phone::parse(text, region).is_ok();
        }
        marks && digits >= 9 && !text.contains('/') || digits >= 10 && digits == text.len()
    };
    let mut parts = value
        .split([',', ';', '|'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .peekable();
    parts.peek().is_some() && parts.all(one)
}
