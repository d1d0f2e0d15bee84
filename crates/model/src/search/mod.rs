//! Quick search: what is looked in, what is looked for, and what was found.
//!
//! The store keeps, for every profile, a [`Document`]: the folded text of all
//! that quick search looks in, cut into trigrams by the database's index. The
//! index only proposes candidates; whether one really matches, where, and how
//! well, is decided here ([`Query::check`]) on the profile itself. So the index
//! may be coarse and small, and an answer never depends on how it was built.
//!
//! In a document every word begins with [`WORD`]. A prefix of a word is then a
//! substring like any other, and two letters after it make a whole trigram.

mod document;
mod hit;
mod query;

pub use document::{Document, document};
pub use hit::{Hit, Match, Subject, Tier, compared_whole};
pub use query::{Identity, Query, QueryError, Scope, Term, Word};

/// Stands before every word of a document. A control character, which no value
/// can hold.
pub const WORD: char = '\u{1}';

/// The folded form of a text with [`WORD`] before each word. With `open`, the
/// text may begin in the middle of a word, so its first one is not marked: this
/// is how something to look for anywhere is written.
#[must_use]
pub fn marked(text: &str, open: bool) -> String {
    let mut marked = String::with_capacity(text.len() + text.len() / 4 + 1);
    let mut inside = open;
    crate::text::fold_each(text, |_, character| {
        let part = character.is_alphanumeric();
        if part && !inside {
            marked.push(WORD);
        }
        inside = part;
        marked.push(character);
    });
    marked
}

/// Like [`marked`] with `open` false, and for every character of it the offset
/// in `text`, in characters, of the character that it comes from.
pub(crate) fn marked_with_places(text: &str) -> (Vec<char>, Vec<u32>) {
    let mut characters = Vec::with_capacity(text.len() + 8);
    let mut places = Vec::with_capacity(text.len() + 8);
    let mut inside = false;
    let (mut byte, mut place) = (0, 0);
    crate::text::fold_each(text, |offset, character| {
        if offset > byte {
            place += text
                .get(byte..offset)
                .map_or(0, |passed| passed.chars().count() as u32);
            byte = offset;
        }
        let part = character.is_alphanumeric();
        if part && !inside {
            characters.push(WORD);
            places.push(place);
        }
        inside = part;
        characters.push(character);
        places.push(place);
    });
    (characters, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_marked_where_they_begin() {
        assert_eq!(
            marked("Luján, Ben-Ray", false),
            "\u{1}lujan, \u{1}ben-\u{1}ray"
        );
        assert_eq!(marked("n.Smith", true), "n.\u{1}smith");
        assert_eq!(marked("", false), "");
    }

    #[test]
    fn places_point_into_the_original() {
        let (characters, places) = marked_with_places("Ú Straße");
        let text: String = characters.iter().collect();
        assert_eq!(text, "\u{1}u \u{1}strasse");
        assert_eq!(places, [0, 0, 1, 2, 2, 3, 4, 5, 6, 6, 7]);
    }
}
