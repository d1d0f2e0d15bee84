//! Texts in conditions: whole, at the beginning, at the end or anywhere, with
//! or without regard to case.
//!
//! A store without ICU can't lower the case of anything but ASCII. So a letter
//! stands for itself and what simple case mapping leads to from it, one
//! character each; a pattern with sets of letters says the same to the store.

/// Where a text stands in a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It is the value.
    Whole,
    /// At the beginning.
    Start,
    /// At the end.
    End,
    /// Anywhere.
    Inside,
}

/// A test of a text: one of these stands in that place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextTest {
    /// Where.
    pub place: Place,
    /// What; none of them empty unless it is the whole value.
    pub texts: Vec<String>,
    /// Whether upper and lower case are the same.
    pub ignore_case: bool,
}

impl TextTest {
    /// Whether a value passes.
    pub fn accepts(&self, value: &str) -> bool {
        self.texts.iter().any(|text| match self.place {
            _ if self.ignore_case => self.accepts_any_case(value, text),
            Place::Whole => value == text,
            Place::Start => value.starts_with(text),
            Place::End => value.ends_with(text),
            Place::Inside => value.contains(text),
        })
    }

    fn accepts_any_case(&self, value: &str, text: &str) -> bool {
        let value: Vec<char> = value.chars().collect();
        let text: Vec<char> = text.chars().collect();
        let Some(most) = value.len().checked_sub(text.len()) else {
            return false;
        };
        let places = match self.place {
            Place::Whole if most > 0 => return false,
            Place::Whole | Place::Start => 0..=0,
            Place::End => most..=most,
            Place::Inside => 0..=most,
        };
        places.into_iter().any(|from| {
            let found = value.iter().skip(from);
            text.iter().zip(found).all(|(asked, found)| {
                asked == found
                    || if asked.is_ascii() && found.is_ascii() {
                        asked.eq_ignore_ascii_case(found)
                    } else {
                        alike(*asked).contains(found)
                    }
            })
        })
    }

    /// The same as patterns of SQLite's `GLOB`, one for each text.
    pub fn patterns(&self) -> Vec<String> {
        let (before, after) = match self.place {
            Place::Whole => ("", ""),
            Place::Start => ("", "*"),
            Place::End => ("*", ""),
            Place::Inside => ("*", "*"),
        };
        let pattern = |text: &String| {
            let mut pattern = String::from(before);
            for c in text.chars() {
                let letters = if self.ignore_case { alike(c) } else { vec![c] };
                if letters.len() > 1 || ['*', '?', '['].contains(&c) {
                    pattern.push('[');
                    pattern.extend(letters);
                    pattern.push(']');
                } else {
                    pattern.push(c);
                }
            }
            pattern + after
        };
        self.texts.iter().map(pattern).collect()
    }
}

/// What a letter stands for when case is ignored: itself and what mapping to
/// upper and to lower case leads to, as far as it is one character.
fn alike(c: char) -> Vec<char> {
    let mut all = vec![c];
    let mut seen = 0;
    while let Some(one) = all.get(seen).copied() {
        let (mut lower, mut upper) = (one.to_lowercase(), one.to_uppercase());
        for other in [
            lower.next().filter(|_| lower.next().is_none()),
            upper.next().filter(|_| upper.next().is_none()),
        ] {
            all.extend(other.filter(|other| !all.contains(other)));
        }
        seen += 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(place: Place, ignore_case: bool, text: &str, value: &str) -> bool {
        let texts = vec![text.to_owned()];
        TextTest {
            place,
            texts,
            ignore_case,
        }
        .accepts(value)
    }

    #[test]
    fn places_and_case() {
        for (place, text, value, exact, any_case) in [
            (Place::Whole, "Ann", "Ann", true, true),
            (Place::Whole, "ann", "Ann", false, true),
            (Place::Whole, "an", "Ann", false, false),
            (Place::Start, "ан", "Анна", false, true),
            (Place::Start, "Ан", "Анна", true, true),
            (Place::Start, "Анна!", "Анна", false, false),
            (Place::End, "ОВ", "Петров", false, true),
            (Place::End, "Петров", "ров", false, false),
            (Place::Inside, "öLn", "Köln", false, true),
            (Place::Inside, "x", "", false, false),
            (Place::Whole, "", "", true, true),
            // Accents tell letters apart, and no letter becomes two.
            (Place::Whole, "e", "é", false, false),
            (Place::Whole, "strasse", "Straße", false, false),
            (Place::Whole, "οδος", "ΟΔΟΣ", false, true),
        ] {
            assert_eq!(holds(place, false, text, value), exact, "{text} {value}");
            assert_eq!(holds(place, true, text, value), any_case, "{text} {value}");
        }
    }

    #[test]
    fn patterns_have_sets_and_nothing_special() {
        let test = |place, ignore_case| TextTest {
            place,
            texts: vec!["a*[б?]^-".to_owned()],
            ignore_case,
        };
        assert_eq!(
            test(Place::Start, true).patterns(),
            ["[aA][*][[][бБ][?]]^-*"]
        );
        assert_eq!(test(Place::End, false).patterns(), ["*a[*][[]б[?]]^-"]);
    }

    #[test]
    fn letters_that_are_alike_have_no_meaning_in_a_set() {
        for c in '\u{0}'..=char::MAX {
            let letters = alike(c);
            if letters.len() > 1 {
                assert!(letters.iter().all(|c| !"]^-".contains(*c)), "{c}");
            }
        }
    }
}
