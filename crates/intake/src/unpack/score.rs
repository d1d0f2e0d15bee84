//! How well the words of a text fit an encoding: by the letters of the languages
//! that are written in it, and by where in a word they stand.

use super::languages::Language;
use encoding_rs::Encoding;
use std::collections::HashSet;

/// How many different words are looked at.
const WORDS: usize = 1_000;

/// The words of a text that have bytes beyond ASCII, each once: what stands between
/// other characters than letters.
pub(crate) fn words(text: &[u8]) -> Vec<&[u8]> {
    let part = |b: &u8| b.is_ascii_alphabetic() || *b >= 0x80;
    let mut seen = HashSet::new();
    let found = text.split(|b| !part(b));
    let found = found.filter(|word| !word.is_ascii());
    found
        .filter(|word| seen.insert(*word))
        .take(WORDS)
        .collect()
}

/// The score of an encoding of one byte over words. About one for each letter that
/// fits, less than nothing for what doesn't.
pub(crate) fn of(words: &[&[u8]], encoding: &'static Encoding, languages: &[Language]) -> f64 {
    let mut totals = vec![0.0; languages.len()];
    let mut best_of_each = 0.0;
    let mut shapes = 0.0;
    for word in words {
        let (text, _) = encoding.decode_without_bom_handling(word);
        let letters: Vec<char> = text.chars().collect();
        shapes += shape(&letters);
        let mut best = f64::NEG_INFINITY;
        for (language, total) in languages.iter().zip(&mut totals) {
            let fits = letters.iter().filter(|c| !c.is_ascii() && is_letter(**c));
            let score: f64 = fits.map(|c| language.fit(lower(*c))).sum();
            *total += score;
            best = best.max(score);
        }
        best_of_each += best;
    }
    // Most files are in one language, some are not.
    let one = totals.into_iter().fold(f64::NEG_INFINITY, f64::max);
    shapes + 0.6 * one + 0.4 * best_of_each
}

fn lower(letter: char) -> char {
    if letter == 'İ' {
        return letter;
    }
    letter.to_lowercase().next().unwrap_or(letter)
}

/// A letter of words; the ordinal signs are letters by name only.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() && !matches!(c, 'ª' | 'º' | 'ƒ')
}

/// What speaks for and against a word whatever its language: signs between letters,
/// capitals behind small letters, two alphabets, consonants alone.
fn shape(word: &[char]) -> f64 {
    let mut score = 0.0;
    let latin = word
        .iter()
        .filter(|c| is_letter(**c) && **c < '\u{250}')
        .count();
    let letters = word.iter().filter(|c| is_letter(**c)).count();
    // Signs between spaces look like letters in other encodings.
    if letters == 1 && word.len() == 1 {
        score -= 0.6;
    }
    for (at, &c) in word.iter().enumerate() {
        if c.is_ascii() {
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| word.get(at)).copied();
        let after = word.get(at + 1).copied();
        let beside = |c: Option<char>| c.is_some_and(is_letter);
        if !is_letter(c) {
            score += sign(c, beside(before), beside(after));
            continue;
        }
        if latin > 0 && latin < letters {
            score -= 1.0;
        }
        if c.is_uppercase() && before.is_some_and(char::is_lowercase) {
            score -= 1.5;
        } else if c.is_uppercase() && beside(before) && after.is_some_and(char::is_lowercase) {
            score -= 1.0;
        }
        if c.is_lowercase() && before.is_none() && after.is_some_and(char::is_uppercase) {
            score -= 1.0;
        }
        // A small letter begins few names.
        if c.is_lowercase() && before.is_none() && after.is_some() {
            score -= 0.2;
        }
        // Other alphabets write no vowels.
        if c >= '\u{530}' {
            continue;
        }
        let vowels =
            usize::from(before.is_some_and(is_vowel)) + usize::from(after.is_some_and(is_vowel));
        score += match (is_vowel(c), vowels) {
            (true, 0) => 0.3,
            (true, 1) => 0.0,
            (true, _) => -0.5,
            (false, 0) => -0.6,
            (false, _) => 0.3,
        };
        // The tilde stands before another vowel or at the end.
        if matches!(c, 'ã' | 'õ' | 'Ã' | 'Õ') && after.is_some_and(|c| !is_vowel(c) && c != 's')
        {
            score -= 0.6;
        }
    }
    score
}

/// What a sign is worth between letters, beside one, or alone.
fn sign(c: char, before: bool, after: bool) -> f64 {
    match c {
        char::REPLACEMENT_CHARACTER => -3.0,
        _ if c.is_control() => -3.0,
        '’' | '‘' | '·' => 0.0,
        _ if before && after => -1.5,
        '\u{2500}'..='\u{25ff}' => -2.0,
        '€' | '–' | '—' | '№' if !before && !after => 0.5,
        '«' | '»' | '“' | '”' | '„' | '‚' | '–' | '—' | '…' | '\u{a0}' | '№' | '€' | '°' | '§' => {
            0.1
        }
        '¡' | '¿' if after && !before => 0.2,
        _ if before || after => -1.5,
        _ => -0.3,
    }
}

fn is_vowel(c: char) -> bool {
    "aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýÿāăąēėęěīįıőœūůűųаеёиоуыэюяіїєαεηιουωάέήίόύώϊϋΐΰ"
        .contains(lower(c))
        || c == 'İ'
}
