//! Numbers that stand for something: postal codes, account numbers, phones. Their
//! format is a pattern for their digits.

use super::number::number;

/// The digits of the longest number are fewer than this.
const PLACES: usize = 400;

/// One sign of a format that shows a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// A digit, shown also where the number has none.
    Zero,
    /// A digit, if the number has it.
    Digit,
    /// A digit, or a space.
    Space,
    /// What stands there for itself.
    Literal(char),
    /// What stands before the fraction.
    Point,
    /// What makes an amount of the number: groups, percent, an exponent, a currency.
    Amount,
}

impl Mark {
    /// Whether a digit can stand there.
    fn is_place(&self) -> bool {
        matches!(self, Mark::Zero | Mark::Digit | Mark::Space)
    }
}

/// The signs of a section of a format.
pub(crate) fn marks(section: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut chars = section.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => marks.extend(chars.by_ref().take_while(|&c| c != '"').map(Mark::Literal)),
            '\\' => marks.extend(chars.next().map(Mark::Literal)),
            // As wide as the sign behind it, or filled with that.
            '_' | '*' => {
                chars.next();
            }
            '[' => {
                let inside: String = chars.by_ref().take_while(|&c| c != ']').collect();
                // `[$€-407]` is a currency, `[$-407]` a language.
                if inside.starts_with('$') && !inside.starts_with("$-") {
                    marks.push(Mark::Amount);
                }
            }
            '0' => marks.push(Mark::Zero),
            '#' => marks.push(Mark::Digit),
            '?' => marks.push(Mark::Space),
            '.' if !marks.contains(&Mark::Point) => marks.push(Mark::Point),
            ',' | '%' | '/' | '@' | 'E' | 'e' => marks.push(Mark::Amount),
            c => marks.push(Mark::Literal(c)),
        }
    }
    let money = |mark: &Mark| matches!(mark, Mark::Literal(c) if is_currency(*c));
    if marks.iter().any(money) {
        marks.push(Mark::Amount);
    }
    marks
}

fn is_currency(c: char) -> bool {
    matches!(c, '$' | '¢'..='¥' | '֏' | '؋' | '৲' | '৳' | '฿' | '៛' | '\u{20a0}'..='\u{20cf}' | '﷼' | '￠' | '￡' | '￥' | '￦')
}

/// A pattern of digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Code {
    marks: Vec<Mark>,
    /// How many of them stand before the point.
    whole: usize,
}

impl Code {
    /// The pattern, unless what it shows is an amount.
    pub(crate) fn of(marks: &[Mark]) -> Option<Self> {
        if marks.contains(&Mark::Amount) || marks.len() > PLACES {
            return None;
        }
        let point = marks.iter().position(|&mark| mark == Mark::Point);
        let whole = marks.get(..point.unwrap_or(marks.len()))?;
        let first = whole.iter().position(|mark| mark.is_place())?;
        let last = whole.iter().rposition(|mark| mark.is_place())?;
        let digits = whole.get(first..=last)?;
        // Behind the first zero all places are filled.
        let filled = digits.iter().skip_while(|&&mark| mark != Mark::Zero);
        let zeros = filled.filter(|mark| mark.is_place()).count();
        // Spaces and apostrophes between digits only group them.
        let between = digits.iter().any(|mark| match mark {
            Mark::Literal(c) => !c.is_whitespace() && !matches!(c, '\'' | '’'),
            _ => false,
        });
        let front: String = whole
            .iter()
            .take(first)
            .filter_map(|mark| match mark {
                Mark::Literal(c) => Some(*c),
                _ => None,
            })
            .collect();
        if zeros < 2 && !between && (point.is_some() || !is_name(&front)) {
            return None;
        }
        let mut code = Code {
            marks: marks.to_vec(),
            whole: whole.len(),
        };
        let filled = code.marks.iter_mut().take(code.whole);
        for mark in filled.skip_while(|mark| **mark != Mark::Zero) {
            if mark.is_place() {
                *mark = Mark::Zero;
            }
        }
        Some(code)
    }

    /// A number's digits in the pattern. `exact` are its digits, where they are known
    /// to the last.
    pub(crate) fn show(&self, value: f64, exact: Option<&str>, minus: bool) -> String {
        let (whole, fraction) = self.marks.split_at_checked(self.whole).unwrap_or_default();
        let decimals = fraction.iter().filter(|mark| mark.is_place()).count();
        let number = match exact {
            Some(digits) => digits.trim_start_matches('-').to_owned(),
            None => number(value.abs()),
        };
        let (digits, decimal) = rounded(&number, decimals);
        let mut text = String::new();
        let mut all = digits.bytes().chain(decimal.bytes());
        if value < 0.0 && minus && all.any(|digit| digit != b'0') {
            text.push('-');
        }
        push_whole(whole, digits.trim_start_matches('0'), &mut text);
        let mut left = decimal.chars();
        for mark in fraction {
            let next = left.clone().any(|c| c != '0');
            match mark {
                Mark::Point => text.push('.'),
                Mark::Literal(c) => text.push(*c),
                Mark::Zero => text.push(left.next().unwrap_or('0')),
                Mark::Digit if next => text.push(left.next().unwrap_or('0')),
                Mark::Space if next => text.push(left.next().unwrap_or('0')),
                Mark::Digit | Mark::Space | Mark::Amount => {}
            }
        }
        text.trim().to_owned()
    }
}

/// Whether what stands in front of a number makes it a name: `+`, `ID-`, `№`.
fn is_name(front: &str) -> bool {
    let Some(last) = front.chars().last() else {
        return false;
    };
    match last {
        '+' | '#' | '№' => true,
        '-' | '_' | '/' | ':' => front.chars().any(char::is_alphanumeric),
        _ => false,
    }
}

/// The digits before the point in their places; those for which there is no place
/// stand in front of the first.
fn push_whole(marks: &[Mark], digits: &str, text: &mut String) {
    let places = marks.iter().filter(|mark| mark.is_place()).count();
    let missing = places.saturating_sub(digits.len());
    let (beyond, mut rest) = digits
        .split_at_checked(digits.len().saturating_sub(places))
        .unwrap_or(("", digits));
    let mut place = 0;
    for mark in marks {
        match mark {
            Mark::Literal(c) => {
                text.push(*c);
                continue;
            }
            Mark::Point | Mark::Amount => continue,
            Mark::Zero | Mark::Digit | Mark::Space => {}
        }
        if place == 0 {
            text.push_str(beyond);
        }
        if place >= missing {
            let (digit, after) = rest.split_at_checked(1).unwrap_or(("", ""));
            text.push_str(digit);
            rest = after;
        } else if *mark == Mark::Zero {
            text.push('0');
        } else if *mark == Mark::Space {
            text.push(' ');
        }
        place += 1;
    }
}

/// A number, as digits, rounded to so many decimals, half of one up: what stands
/// before its point, and what behind.
fn rounded(number: &str, decimals: usize) -> (String, String) {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let kept = fraction.get(..decimals).unwrap_or(fraction);
    let up = fraction
        .as_bytes()
        .get(decimals)
        .is_some_and(|digit| *digit >= b'5');
    let mut digits: Vec<u8> = whole.bytes().chain(kept.bytes()).collect();
    digits.resize(whole.len() + decimals, b'0');
    if up {
        let mut carried = true;
        for digit in digits.iter_mut().rev() {
            if !carried {
                break;
            }
            carried = *digit == b'9';
            *digit = if carried { b'0' } else { *digit + 1 };
        }
        if carried {
            digits.insert(0, b'1');
        }
    }
    let mut digits = String::from_utf8(digits).unwrap_or_default();
    let decimal = digits.split_off(digits.len().saturating_sub(decimals));
    (digits, decimal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn show(format: &str, value: f64) -> Option<String> {
        let code = Code::of(&marks(format))?;
        Some(code.show(value, None, true))
    }

    #[test]
    fn codes_are_shown_as_the_sheet_shows_them() {
        for (format, value, shown) in [
            ("00000", 1067.0, "01067"),
            ("00000", 0.0, "00000"),
            ("00000", 123_456.0, "123456"),
            ("00000", -42.0, "-00042"),
            ("00000", 1066.5, "01067"),
            ("00000", 999_999.6, "1000000"),
            ("00000", -0.2, "00000"),
            ("[$-407]00000", 1067.0, "01067"),
            ("[Blue]00000", 1067.0, "01067"),
            ("0000000000", 12_345.0, "0000012345"),
            ("000-00-0000", 78_051_120.0, "078-05-1120"),
            ("000\\-00\\-0000", 78_051_120.0, "078-05-1120"),
            ("00000\\-0000", 10_013_455.0, "01001-3455"),
            ("(###) ###-####", 5_551_234_567.0, "(555) 123-4567"),
            ("###\\-####", 5_551_234.0, "555-1234"),
            ("00 00 00 00 00", 612_345_678.0, "06 12 34 56 78"),
            ("\"D-\"00000", 1067.0, "D-01067"),
            ("00000\" (alt)\"", 1067.0, "01067 (alt)"),
            ("\"ID-\"0", 7.0, "ID-7"),
            ("\\+0", 491_701_234_567.0, "+491701234567"),
            ("00.00", 7.5, "07.50"),
            ("00.0#", 7.0, "07.0"),
            ("00.0#", 7.256, "07.26"),
            ("??00", 7.0, "07"),
            ("0#", 7.0, "07"),
            ("0-##", 7.0, "0-07"),
        ] {
            assert_eq!(
                show(format, value).as_deref(),
                Some(shown),
                "{format} {value}"
            );
        }
    }

    #[test]
    fn amounts_are_no_codes() {
        for format in [
            "0",
            "#",
            "0.00",
            "#,##0.00",
            "00,000",
            "0%",
            "00%",
            "0.00E+00",
            "# ?/?",
            "# ##0",
            "#\\ ##0.00",
            "#'##0",
            "0\" kg\"",
            "\"USD \"0",
            "[$€-407]0000",
            "$0000",
            "0000 €",
            "-0",
            "(0)",
            "_-* #,##0.00\\ \"€\"_-",
            "\"x\"",
            "",
        ] {
            assert_eq!(show(format, 1067.0), None, "{format}");
        }
    }

    #[test]
    fn digits_that_are_known_stay_to_the_last() {
        let code = Code::of(&marks("0000 0000 0000 0000 0000")).unwrap();
        let digits = "1234567890123456789";
        let shown = code.show(digits.parse().unwrap(), Some(digits), true);
        assert_eq!(shown, "0123 4567 8901 2345 6789");
    }

    proptest! {
        #[test]
        fn a_padded_number_is_its_digits(value in 0_u32..=u32::MAX, width in 2_usize..15) {
            let format = "0".repeat(width);
            prop_assert_eq!(
                show(&format, f64::from(value)),
                Some(format!("{value:0width$}"))
            );
        }

        #[test]
        fn any_pattern_shows_any_number(format in "[0#?. \\-/\"\\\\x_*,%]{0,12}", value in any::<f64>()) {
            let _ = show(&format, value);
        }
    }
}
