//! Words of English and Russian that cells use for true, false and the sexes.

use crate::error::excerpt;

/// What means true unless the settings say otherwise.
pub(super) const YES: [&str; 16] = [
    "true",
    "yes",
    "y",
    "t",
    "1",
    "on",
    "x",
    "+",
    "да",
    "д",
    "истина",
    "правда",
    "вкл",
    "есть",
    "✓",
    "✔",
];
/// What means false unless the settings say otherwise.
pub(super) const NO: [&str; 12] = [
    "false", "no", "n", "f", "0", "off", "-", "нет", "н", "ложь", "выкл", "✗",
];
/// What means male and female beside what the field itself reads.
pub(super) const SEX: [(&str, &str); 18] = [
    ("man", "male"),
    ("mr", "male"),
    ("mr.", "male"),
    ("м", "male"),
    ("муж", "male"),
    ("муж.", "male"),
    ("мужской", "male"),
    ("мужчина", "male"),
    ("woman", "female"),
    ("mrs", "female"),
    ("mrs.", "female"),
    ("ms", "female"),
    ("ms.", "female"),
    ("ж", "female"),
    ("жен", "female"),
    ("жен.", "female"),
    ("женский", "female"),
    ("женщина", "female"),
];

/// Which words are understood, for a message.
pub(super) fn listed<'a>(words: impl Iterator<Item = (&'a String, &'a bool)>) -> String {
    let (mut yes, mut no) = (Vec::new(), Vec::new());
    for (word, truth) in words {
        if *truth { &mut yes } else { &mut no }.push(excerpt(word));
    }
    // The order in which a map gives them is none.
    yes.sort_unstable();
    no.sort_unstable();
    format!(
        "it must be one of {}, or of {}.",
        yes.join(", "),
        no.join(", ")
    )
}
