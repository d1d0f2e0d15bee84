//! The folding that search uses.

use super::spelling::{invisible, sign};
use unicode_normalization::char::{canonical_combining_class, decompose_compatible};

/// The search form of a text: lower case, without diacritics, compatibility
/// forms replaced, one kind of quotes and hyphens, in any script: `Luján` →
/// `lujan`, `Ёлка` → `елка`, `İzmir` → `izmir`, `Straße` → `strasse`, `Łódź` →
/// `lodz`, `O’Brien` → `o'brien`.
///
/// Folding a folded text changes nothing.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_each(text, |_, c| folded.push(c));
    folded
}

/// Folds like [`fold`] and gives every folded character together with the byte
/// offset in `text` of the character it comes from, so that a match in the
/// folded text can be shown in the original.
///
/// Characters fold one by one: what NFKD does beyond that, putting combining
/// marks in order, plays no part because marks are dropped.
pub fn fold_each(text: &str, mut give: impl FnMut(usize, char)) {
    for (offset, c) in text.char_indices() {
        if c.is_ascii() {
            // People type it for an apostrophe.
            give(
                offset,
                if c == '`' {
                    '\''
                } else {
                    c.to_ascii_lowercase()
                },
            );
        } else if sign(c) != c {
            give(offset, sign(c));
        } else {
            decompose_compatible(c, |part| {
                let part = if part == '`' { '\'' } else { sign(part) };
                if !ignorable(part) {
                    for lower in part.to_lowercase() {
                        fold_lower(lower, |folded| give(offset, folded));
                    }
                }
            });
        }
    }
}

/// Letters whose diacritic is part of the letter (a stroke, a missing dot), and
/// ligatures, which Unicode does not decompose; and the final sigma.
fn fold_lower(c: char, mut give: impl FnMut(char)) {
    let text = match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        'ς' => "σ",
        _ => {
            // A lower-case letter may itself be composed.
            return decompose_compatible(c, |part| {
                if !ignorable(part) {
                    give(part);
                }
            });
        }
    };
    text.chars().for_each(give);
}

/// Combining marks that modify a letter (accents, points, tones), but not the
/// vowel signs of Indic scripts, which are letters to their readers; and
/// characters without a look of their own (joiners, variation selectors).
fn ignorable(c: char) -> bool {
    canonical_combining_class(c) != 0 || invisible(c) || matches!(u32::from(c), 0x20d0..=0x20f0)
}
