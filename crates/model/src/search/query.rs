//! What is looked for: words, quoted phrases and `field:value`, all of which
//! must hold.

use crate::search::document::{LEAST_LETTERS, MOST_LETTERS, is_letter};
use crate::search::{WORD, is_sign, marked, marked_before};
use crate::text::canonical;
use crate::{Email, Phone};

/// Where a query looks: the parameter `in`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Scope {
    /// Profile data and subscription contacts.
    #[default]
    All,
    /// Profile data only.
    Profiles,
    /// Subscription contacts only.
    Subscriptions,
}

/// One condition of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// Occurs somewhere in the searchable text.
    Text(Word),
    /// Holds for one field.
    Field {
        /// The field's name as it was written.
        name: String,
        /// What is asked of it, trimmed, as it was written.
        value: String,
        /// The same as a word, for fields of text; none when too short.
        word: Option<Word>,
    },
}

/// A text to look for, in the forms that a document can hold it in: as it was
/// written, and when it may be a phone number, as its digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Marked forms to be found anywhere; for a word of two letters or one
    /// sign, where only the beginning of a word counts, forms that begin with
    /// the mark.
    pub(super) forms: Vec<String>,
    /// The form in which rows of the index have it that were written when signs
    /// were not marked.
    before: Option<String>,
}

/// A query that can be run: at least one term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// All of these must hold.
    pub terms: Vec<Term>,
    /// Whom the whole query may name, for exact hits.
    pub identities: Vec<Identity>,
    whole: String,
}

/// Something by which a query can name one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// The key of an e-mail address.
    Email(String),
    /// The digits of a phone number in E.164.
    Phone(String),
    /// A profile's id or a chat's.
    Text(String),
}

/// Why a query can't be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryError {
    /// Nothing in it is long enough to look for: two letters or digits.
    TooShort,
    /// More than [`Query::MAX_CHARS`] characters.
    TooLong,
    /// More than [`Query::MAX_TERMS`] words.
    TooManyTerms,
}

impl Query {
    /// The longest query, in characters.
    pub const MAX_CHARS: usize = 1000;
    /// The most words and conditions in a query.
    pub const MAX_TERMS: usize = 32;

    /// Reads a query. `is_field` tells whether a name is a field's; what looks
    /// like `name:value` with any other name is text.
    ///
    /// # Errors
    /// [`QueryError`] when there is nothing to look for, or too much.
    pub fn parse(text: &str, is_field: impl Fn(&str) -> bool) -> Result<Self, QueryError> {
        if text.chars().nth(Self::MAX_CHARS).is_some() {
            return Err(QueryError::TooLong);
        }
        // No value holds a control character, so they can only separate. Quotes
        // and colons may come from any keyboard.
        let text: String = canonical(text)
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let mut terms = Vec::new();
        // A phone number with spaces in it is one thing to look for.
        let phone = phone_digits(text.trim())
            .first()
            .is_some_and(|digits| (PHONE_DIGITS..=MOST_PHONE_DIGITS).contains(&digits.len()));
        let tokens = if phone {
            vec![Token {
                raw: text.trim(),
                field: None,
                value: "",
            }]
        } else {
            tokens(&text)
        };
        for token in tokens {
            let term = match token {
                Token {
                    field: Some(name),
                    value,
                    ..
                } if is_field(name) => Some(Term::Field {
                    name: name.to_owned(),
                    value: value.trim().to_owned(),
                    // One letter or sign may be anywhere in a field's text.
                    word: Word::parse(value).filter(|_| marked(value.trim(), true).len() > 3),
                })
                .filter(|_| !value.trim().is_empty()),
                Token { raw, .. } => Word::parse(raw).map(Term::Text),
            };
            if let Some(term) = term
                && !terms.contains(&term)
            {
                terms.push(term);
            }
        }
        match terms.len() {
            0 => Err(QueryError::TooShort),
            count if count > Self::MAX_TERMS => Err(QueryError::TooManyTerms),
            _ => {
                let whole = text.trim().trim_matches('"').trim().to_owned();
                Ok(Self {
                    terms,
                    identities: identities(&whole),
                    whole,
                })
            }
        }
    }

    /// The query as one text, without outer quotes.
    #[must_use]
    pub fn whole(&self) -> &str {
        &self.whole
    }

    /// Adds a phone number that the query is when read in some region.
    pub fn add_phone(&mut self, phone: &Phone) {
        let digits = phone.as_str().trim_start_matches('+').to_owned();
        let identity = Identity::Phone(digits);
        if !self.identities.contains(&identity) {
            self.identities.push(identity);
        }
    }
}

fn identities(whole: &str) -> Vec<Identity> {
    let mut identities = vec![Identity::Text(whole.to_owned())];
    if let Ok(email) = Email::parse(whole) {
        identities.push(Identity::Email(email.key().to_owned()));
    }
    identities.extend(phone_digits(whole).into_iter().map(Identity::Phone));
    identities
}

impl Word {
    /// A word to look for; none when it has fewer than two characters, unless it
    /// is a sign of a script without spaces, or no letter or digit at all.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let open = marked(text, true);
        if !open.chars().any(char::is_alphanumeric) {
            return None;
        }
        let short = |open: &str| match open.chars().count() {
            0 => false,
            1 => open.starts_with(is_sign),
            2 => open.starts_with(char::is_alphanumeric),
            _ => false,
        };
        let form = match open.chars().count() {
            0 | 1 if !short(&open) => return None,
            _ if short(&open) => marked(text, false),
            _ => open,
        };
        let before = form.contains(is_sign).then(|| {
            let open = marked_before(text, true);
            if short(&open) {
                marked_before(text, false)
            } else {
                open
            }
        });
        let mut forms = vec![form];
        for digits in phone_digits(text) {
            if !forms.contains(&digits) {
                forms.push(digits);
            }
        }
        Some(Self { forms, before })
    }

    /// A form at the beginning of a word only.
    fn prefixed(form: &str, marks: usize) -> String {
        let marks = if form.starts_with(char::is_alphanumeric) {
            marks
        } else {
            0
        };
        let mut prefixed: String = std::iter::repeat_n(WORD, marks).collect();
        prefixed.push_str(form);
        prefixed
    }

    /// What documents with this word contain, each of them one of these.
    #[must_use]
    pub fn texts(&self) -> &[String] {
        &self.forms
    }

    /// The first letters, where the word has nothing else. Of a document's words
    /// ([`Document::words`]) it can only begin those that begin with them.
    ///
    /// [`Document::words`]: super::Document::words
    #[must_use]
    pub fn letters(&self) -> Option<&str> {
        let [form] = self.forms.as_slice() else {
            return None;
        };
        let letters = form.chars().count();
        if letters < LEAST_LETTERS || !form.chars().all(is_letter) {
            return None;
        }
        let end = form.char_indices().nth(MOST_LETTERS);
        form.get(..end.map_or(form.len(), |(end, _)| end))
    }

    /// The condition on the trigram index that every document with this word
    /// meets; with `prefix`, with a word beginning so.
    #[must_use]
    pub fn index_condition(&self, prefix: bool) -> String {
        let at = |form: &String, marks: usize| match prefix {
            true => Self::prefixed(form, marks),
            false => form.clone(),
        };
        let now = self.forms.iter();
        let now = now.map(|form| at(form, if form.starts_with(is_sign) { 2 } else { 1 }));
        let before = self.before.iter().map(|form| at(form, 1));
        let forms = now.chain(before);
        let forms: Vec<String> = forms.filter_map(|form| trigrams(&form)).collect();
        if forms.len() == 1 {
            forms.concat()
        } else {
            format!("({})", forms.join(" OR "))
        }
    }
}

/// How many trigrams of a form are asked for.
const MOST_TRIGRAMS: usize = 16;

/// The trigrams of a form, joined by AND: every second one and the last, of a
/// long form fewer. Each costs a walk through its list, and too few let much
/// through in vain; this took least time of all, every second and every third.
fn trigrams(form: &str) -> Option<String> {
    let characters: Vec<char> = form.chars().collect();
    let last = characters.len().checked_sub(3)?;
    // Digits are few, so their trigrams are in many numbers: then all of them.
    let step = if characters.iter().any(char::is_ascii_digit) {
        1
    } else {
        2
    };
    // Rows that were written when kinds of quotes and hyphens were several are
    // found by the letters around these.
    let is_plain = |place: &usize| {
        let window = characters.get(*place..*place + 3);
        window.is_some_and(|window| !window.iter().any(|c| "'\"-".contains(*c)))
    };
    let mut all: Vec<usize> = (0..=last).filter(is_plain).collect();
    if all.is_empty() {
        all = (0..=last).collect();
    }
    let every = step.max(1 + last / MOST_TRIGRAMS);
    let mut places: Vec<usize> = all.iter().copied().step_by(every).collect();
    if let Some(last) = all.last()
        && places.last() != Some(last)
    {
        places.push(*last);
    }
    let mut quoted: Vec<String> = places
        .iter()
        .filter_map(|&place| characters.get(place..place + 3))
        .map(|trigram| {
            let trigram: String = trigram.iter().collect();
            format!("\"{}\"", trigram.replace('"', "\"\""))
        })
        .collect();
    quoted.sort_unstable();
    quoted.dedup();
    if quoted.len() == 1 {
        quoted.pop()
    } else {
        Some(format!("({})", quoted.join(" AND ")))
    }
}

/// From so many digits on, digits with spaces between them are a phone number.
const PHONE_DIGITS: usize = 7;

/// E.164 has 15, and prefixes may stand before them.
const MOST_PHONE_DIGITS: usize = 18;

/// The digits of what may be a phone number however it is punctuated, as it may
/// stand in E.164: also without a national prefix (0, 8, 00).
fn phone_digits(text: &str) -> Vec<String> {
    let punctuation = |c: char| " +-.()/\u{a0}\u{2010}\u{2011}\u{2012}\u{2013}".contains(c);
    let begins = text.starts_with(|c: char| c.is_ascii_digit() || "+(".contains(c));
    if !begins || !text.chars().all(|c| c.is_ascii_digit() || punctuation(c)) {
        return Vec::new();
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.len() < 3 {
        return Vec::new();
    }
    let mut forms = vec![digits.clone()];
    // The national prefix that is left out abroad: 44 (0)20 7946 0018.
    if text.contains("(0)") {
        forms.push(
            text.replace("(0)", "")
                .chars()
                .filter(char::is_ascii_digit)
                .collect(),
        );
    }
    if digits.len() >= PHONE_DIGITS && !text.trim_start().starts_with('+') {
        for prefix in ["00", "0", "8"] {
            if let Some(rest) = digits.strip_prefix(prefix) {
                forms.push(rest.to_owned());
                break;
            }
        }
    }
    forms
}

/// A piece of a query: `raw` as it stands (without quotes), and where it has
/// the shape, the field's name and the value.
struct Token<'a> {
    raw: &'a str,
    field: Option<&'a str>,
    value: &'a str,
}

/// Splits at white space outside double quotes. A quote that is never closed
/// reaches to the end.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let mut quoted = false;
        let end = rest
            .char_indices()
            .find(|&(_, c)| {
                quoted ^= c == '"';
                !quoted && c.is_whitespace()
            })
            .map_or(rest.len(), |(end, _)| end);
        let (piece, after) = rest.split_at(end);
        rest = after.trim_start();
        let named = piece
            .split_once(':')
            .filter(|(name, _)| !name.is_empty() && !name.contains('"'));
        tokens.push(Token {
            raw: piece.trim_matches('"'),
            field: named.map(|(name, _)| name),
            value: named.map_or("", |(_, value)| value.trim_matches('"')),
        });
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Query, QueryError> {
        Query::parse(text, |name| name == "state" || name == "_fname")
    }

    fn words(text: &str) -> Vec<Vec<String>> {
        parse(text)
            .unwrap()
            .terms
            .into_iter()
            .map(|term| match term {
                Term::Text(word) => word.forms,
                Term::Field { name, value, .. } => vec![name, value],
            })
            .collect()
    }

    #[test]
    fn words_quotes_and_fields_are_told_apart() {
        assert_eq!(words("Luján ben"), [["lujan"], ["ben"]]);
        assert_eq!(words("\"Ben Ray\""), [["ben \u{1}ray"]]);
        assert_eq!(words("state:WA"), [["state", "WA"]]);
        assert_eq!(words("state:\"New York\""), [["state", "New York"]]);
        assert_eq!(words("https://x.org"), [["https://\u{1}x.\u{1}org"]]);
        assert_eq!(words("\"never closed"), [["never \u{1}closed"]]);
    }

    #[test]
    fn two_letters_are_a_prefix_and_one_is_nothing() {
        assert_eq!(words("lu x"), [["\u{1}lu"]]);
        assert_eq!(parse("x"), Err(QueryError::TooShort));
        assert_eq!(parse("%% ** --"), Err(QueryError::TooShort));
        assert_eq!(parse(""), Err(QueryError::TooShort));
    }

    #[test]
    fn phones_match_however_they_are_punctuated() {
        assert_eq!(words("202-224-3441")[0][1], "2022243441");
        assert_eq!(words("\"(202) 224 3441\"")[0][1], "2022243441");
        assert_eq!(words("89001234567"), [["89001234567", "9001234567"]]);
        for spaced in ["+44 20 7946 0018", "44 (0)20 7946 0018"] {
            assert!(words(spaced)[0].contains(&"442079460018".to_owned()));
        }
        assert!(words("020 7946 0018")[0].contains(&"2079460018".to_owned()));
        assert_eq!(words("12 345").len(), 2);
    }

    #[test]
    fn signs_are_found_two_by_two_and_one_at_the_beginning() {
        assert_eq!(words("小明"), [["小\u{1}明"]]);
        assert_eq!(words("李"), [["\u{1}\u{1}李"]]);
        let word = Word::parse("小明").unwrap();
        assert_eq!(
            word.index_condition(false),
            "(\"小\u{1}明\" OR \"\u{1}小明\")"
        );
        assert_eq!(
            Word::parse("李").unwrap().index_condition(true),
            "\"\u{1}\u{1}李\""
        );
    }

    #[test]
    fn quotes_and_hyphens_of_any_kind_are_one() {
        assert_eq!(words("O’Brien"), words("o'brien"));
        assert_eq!(words("“Ben Ray”"), [["ben \u{1}ray"]]);
        assert_eq!(words("a‑b"), words("a-b"));
        let word = Word::parse("o’brien").unwrap();
        assert_eq!(
            word.index_condition(false),
            "(\"\u{1}br\" AND \"ien\" AND \"rie\")"
        );
    }

    #[test]
    fn odd_input_is_text_or_an_error() {
        assert_eq!(parse(&"x".repeat(10_000)), Err(QueryError::TooLong));
        let many: Vec<String> = (10..60).map(|n| n.to_string()).collect();
        assert_eq!(parse(&many.join(" ")), Err(QueryError::TooManyTerms));
        let word = Word::parse("a\"b\"c OR NEAR(").unwrap();
        assert!(!word.index_condition(false).contains("NEAR("));
        assert_eq!(words("ab\0cd"), [["\u{1}ab"], ["\u{1}cd"]]);
    }

    #[test]
    fn index_conditions_cover_the_word() {
        let word = Word::parse("lujan").unwrap();
        assert_eq!(word.index_condition(false), "(\"jan\" AND \"luj\")");
        assert_eq!(
            word.index_condition(true),
            "(\"\u{1}lu\" AND \"jan\" AND \"uja\")"
        );
        assert_eq!(
            Word::parse("lu").unwrap().index_condition(false),
            "\"\u{1}lu\""
        );
    }
}
