//! Quick search: what is looked in, what is looked for, and what was found.
//!
//! The store keeps, for every profile, a [`Document`]: the folded text of all
//! that quick search looks in, cut into trigrams by the database's index. The
//! index only proposes candidates; whether one really matches, where, and how
//! well, is decided here ([`Query::check`]) on the profile itself. So the index
//! may be coarse and small, and an answer never depends on how it was built.
//!
//! In a document every word begins with [`WORD`]. A prefix of a word is then a
//! substring like any other, and two letters after it make a whole trigram. In
//! scripts without spaces every sign does, so two signs anywhere are a trigram.

mod document;
mod hit;
mod query;

pub use document::{Document, document, document_after, live_contacts};
pub use hit::{Hit, Match, Subject, Tier, compared_whole};
pub use query::{Identity, Query, QueryError, Scope, Term, Word};

/// Stands before every word of a document. A control character, which no value
/// can hold.
pub const WORD: char = '\u{1}';

/// The folded form of a text with [`WORD`] before each word. With `open`, the
/// text may begin in the middle of a word, so its first one is not marked: this
/// is how something to look for anywhere is written.
///
/// Scripts without spaces have no words that could be told from their letters,
/// so each sign of theirs is marked, and the first of several twice: then two
/// signs make a whole trigram with the mark between them, and so does the first
/// one with both marks.
#[must_use]
pub fn marked(text: &str, open: bool) -> String {
    let mut marked = String::with_capacity(text.len() + text.len() / 4 + 1);
    mark_each(text, open, |_, character| marked.push(character));
    marked
}

/// What [`marked`] gave before it knew scripts without spaces: rows of the index
/// that were written then are found by it.
pub(crate) fn marked_before(text: &str, open: bool) -> String {
    let mut marked = String::new();
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

/// What the character before was.
#[derive(Clone, Copy, PartialEq)]
enum PrecedingChar {
    /// What can't be known: a text to be found anywhere begins here.
    Anything,
    Letter,
    Sign,
    Other,
}

/// Gives every character of a marked text with the byte offset in `text` of the
/// character that it comes from.
fn mark_each(text: &str, open: bool, mut give: impl FnMut(usize, char)) {
    let mut before = if open {
        PrecedingChar::Anything
    } else {
        PrecedingChar::Other
    };
    crate::text::fold_each(text, |offset, character| {
        let this = match character.is_alphanumeric() {
            true if !character.is_ascii() && is_sign(character) => PrecedingChar::Sign,
            true => PrecedingChar::Letter,
            false => PrecedingChar::Other,
        };
        let marks = match (before, this) {
            (_, PrecedingChar::Other | PrecedingChar::Anything)
            | (PrecedingChar::Anything, _)
            | (PrecedingChar::Letter, PrecedingChar::Letter) => 0,
            (_, PrecedingChar::Letter) | (PrecedingChar::Sign, PrecedingChar::Sign) => 1,
            (_, PrecedingChar::Sign) => 2,
        };
        for _ in 0..marks {
            give(offset, WORD);
        }
        before = this;
        give(offset, character);
    });
}

/// Letters of scripts that put no spaces between words: Han and kana, Thai, Lao,
/// Burmese, Khmer. (Korean folds to the letters within its syllables.)
pub(crate) fn is_sign(c: char) -> bool {
    matches!(u32::from(c),
        0xe00..=0xeff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x3005..=0x3007
        | 0x3041..=0x312f | 0x31a0..=0x31bf | 0x31f0..=0x31ff | 0x3400..=0x4dbf
        | 0x4e00..=0x9fff | 0xa9e0..=0xa9ff | 0xaa60..=0xaa7f | 0xf900..=0xfaff
        | 0x20000..=0x3ffff)
        && c.is_alphanumeric()
}

/// Like [`marked`] with `open` false, and for every character of it the offset
/// in `text`, in characters, of the character that it comes from.
pub(crate) fn marked_with_places(text: &str) -> (Vec<char>, Vec<u32>) {
    let mut characters = Vec::with_capacity(text.len() + 8);
    let mut places = Vec::with_capacity(text.len() + 8);
    let (mut byte, mut place) = (0, 0);
    mark_each(text, false, |offset, character| {
        if offset > byte {
            place += text
                .get(byte..offset)
                .map_or(0, |passed| passed.chars().count() as u32);
            byte = offset;
        }
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
        assert_eq!(
            marked("李小明 Ли", false),
            "\u{1}\u{1}李\u{1}小\u{1}明 \u{1}ли"
        );
        assert_eq!(marked("小明", true), "小\u{1}明");
        assert_eq!(marked("A李b", false), "\u{1}a\u{1}\u{1}李\u{1}b");
    }

    #[test]
    fn places_point_into_the_original() {
        let (characters, places) = marked_with_places("Ú Straße");
        let text: String = characters.iter().collect();
        assert_eq!(text, "\u{1}u \u{1}strasse");
        assert_eq!(places, [0, 0, 1, 2, 2, 3, 4, 5, 6, 6, 7]);
    }
}
