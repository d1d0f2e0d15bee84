//! The short way: recognises valid numbers without the library.
//!
//! It follows the library's own steps where these are simple, and gives up
//! where they are not. So it may only fail to recognise a valid number, which
//! the library then does; tests hold it to that.

use super::table::{self, Pattern};
use regex_lite::Regex;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The E.164 form of a number that is surely valid; `None` says nothing.
///
/// Reads ASCII digits, perhaps after a `+`, with spaces, hyphens, dots and
/// parentheses anywhere between them. Without the `+` the number is as dialled
/// in `region`.
pub(super) fn valid(number: &str, region: Option<super::Region>) -> Option<String> {
    let (plus, digits) = digits(number)?;
    let code = if plus {
        table::calling_code(&digits)?
    } else {
        region?.calling_code
    };
    let code_text = code.to_string();
    let regions = regions_of(code);
    let main = regions.first()?;
    let (home, national) = if plus {
        (main, digits.strip_prefix(&code_text)?)
    } else {
        let home = regions.iter().find(|r| r.is(region))?;
        let without_code = home.without_code(&digits, &code_text)?;
        without_code.map_or((home, digits.as_str()), |national| (main, national))
    };
    let national = home.without_prefix(national)?;
    // The library takes the first region that claims the number; if only one
    // has the calling code, it needn't claim it.
    let claims = |r: &&Region| {
        regions.len() == 1
            || r.leading_digits
                .as_ref()
                .is_some_and(|l| l.matches(national))
            || r.assigns(national)
    };
    let assigned = regions.iter().find(claims)?.assigns(national);
    assigned.then(|| format!("+{code_text}{national}"))
}

/// Whether digits begin with the region's trunk prefix; `None` where its numbers
/// have no such prefix.
pub(super) fn trunk(digits: &str, region: super::Region) -> Option<bool> {
    let regions = regions_of(region.calling_code);
    let home = regions.iter().find(|r| r.is(Some(region)))?;
    let prefix = home.national_prefix.as_ref()?.compiled()?;
    Some(prefix.find(digits).is_some_and(|found| found.end() > 0))
}

/// Whether there is a plus, and the digits.
fn digits(number: &str) -> Option<(bool, String)> {
    let number = number.trim_end();
    let rest = number.strip_prefix('+');
    let mut digits = String::with_capacity(16);
    for c in rest.unwrap_or(number).chars() {
        match c {
            '0'..='9' => digits.push(c),
            ' ' | '-' | '.' | '(' | ')' => {}
            _ => return None,
        }
    }
    // What follows the last digit may be the start of something else.
    number
        .ends_with(|c: char| c.is_ascii_digit())
        .then_some((rest.is_some(), digits))
}

/// A region's plan with its expressions, each compiled when first used.
struct Region {
    name: &'static str,
    leading_digits: Option<Lazy>,
    international_prefix: Option<Lazy>,
    national_prefix: Option<Lazy>,
    /// Whether taking off the national prefix may put other digits there.
    transforms: bool,
    general: Check,
    local_lengths: Vec<i32>,
    types: Vec<Check>,
}

struct Check {
    lengths: Vec<i32>,
    expression: Lazy,
}

struct Lazy {
    expression: &'static str,
    whole: bool,
    compiled: OnceLock<Option<Regex>>,
}

impl Region {
    fn new(plan: table::Plan) -> Option<Self> {
        let general = plan.general()?;
        Some(Region {
            name: plan.region,
            leading_digits: plan.leading_digits.map(|l| Lazy::new(l, false)),
            international_prefix: plan.international_prefix.map(|p| Lazy::new(p, false)),
            national_prefix: plan.national_prefix.map(|p| Lazy::new(p, false)),
            transforms: plan.transform.is_some(),
            general: Check::new(general),
            local_lengths: general.local_lengths().collect(),
            types: plan.types().map(Check::new).collect(),
        })
    }

    fn is(&self, region: Option<super::Region>) -> bool {
        region.is_some_and(|r| r.code() == self.name)
    }

    /// What is left of a number dialled here that begins with the country's
    /// own calling code but has no plus; `Some(None)` if it does not, and
    /// `None` if that isn't sure.
    fn without_code<'a>(&self, digits: &'a str, code: &str) -> Option<Option<&'a str>> {
        let international = self.international_prefix.as_ref();
        if international.is_some_and(|prefix| prefix.matches(digits)) {
            return None;
        }
        let Some(rest) = digits.strip_prefix(code) else {
            return Some(None);
        };
        let rest = self.without_prefix(rest)?;
        let fits = |text| self.general.expression.matches(text);
        if !fits(digits) && fits(rest) {
            return Some(Some(rest));
        }
        let longest = self.general.lengths.iter().max()?;
        (digits.len() <= usize::try_from(*longest).ok()?).then_some(None)
    }

    /// The number without its national prefix, if it has one and is a number
    /// without it; `None` if that isn't sure.
    fn without_prefix<'a>(&self, national: &'a str) -> Option<&'a str> {
        let Some(prefix) = &self.national_prefix else {
            return Some(national);
        };
        // An empty match takes nothing off.
        let found = prefix.compiled()?.find(national);
        let Some(end) = found.map(|m| m.end()).filter(|end| *end > 0) else {
            return Some(national);
        };
        let rest = national.get(end..).filter(|_| !self.transforms)?;
        if !self.general.expression.matches(rest) {
            let stays = self.general.expression.matches(national);
            return stays.then_some(national);
        }
        let length = i32::try_from(rest.len()).ok()?;
        let possible = self.general.lengths.contains(&length);
        (possible && !self.local_lengths.contains(&length)).then_some(rest)
    }

    /// Whether the number is one of the region's.
    fn assigns(&self, national: &str) -> bool {
        self.general.matches(national) && self.types.iter().any(|t| t.matches(national))
    }
}

impl Check {
    fn new(pattern: Pattern) -> Self {
        Check {
            lengths: pattern.lengths().collect(),
            expression: Lazy::new(pattern.expression, true),
        }
    }

    fn matches(&self, national: &str) -> bool {
        let fits = |l: &i32| usize::try_from(*l) == Ok(national.len());
        (self.lengths.is_empty() || self.lengths.iter().any(fits))
            && self.expression.matches(national)
    }
}

impl Lazy {
    /// An expression for the whole text, or for its beginning.
    fn new(expression: &'static str, whole: bool) -> Self {
        Lazy {
            expression,
            whole,
            compiled: OnceLock::new(),
        }
    }

    fn compiled(&self) -> Option<&Regex> {
        let compile = || {
            let end = if self.whole { "$" } else { "" };
            Regex::new(&format!("^(?:{}){end}", self.expression)).ok()
        };
        self.compiled.get_or_init(compile).as_ref()
    }

    fn matches(&self, text: &str) -> bool {
        self.compiled().is_some_and(|regex| regex.is_match(text))
    }
}

/// The regions of a calling code, kept for the life of the instance.
fn regions_of(calling_code: i32) -> Arc<[Region]> {
    static KEPT: OnceLock<Mutex<HashMap<i32, Arc<[Region]>>>> = OnceLock::new();
    let kept = KEPT.get_or_init(Mutex::default);
    // Nothing under the lock can leave the map half changed.
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    let read = || {
        table::plans_of(calling_code)
            .filter_map(Region::new)
            .collect()
    };
    Arc::clone(kept.entry(calling_code).or_insert_with(read))
}
