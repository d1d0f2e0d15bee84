//! A percent window of a database: evenly and repeatably chosen, whatever the
//! profiles are like.
//!
//! Every profile has a place from 0 to 9999 that is computed from its key and
//! nothing else. A window is a span of places, so windows that don't overlap
//! have nobody in common, and those that make up 100 % have everybody. The
//! arithmetic stays below 2⁶³, so that SQLite computes the same with its
//! integers.

use crate::Code;
use crate::error::Invalid;
use crate::id::ProfileId;
use crate::read::Members;
use serde_json::Value;

/// How many places there are: a hundredth of a percent each.
pub const PLACES: i64 = 10_000;

/// The prime 2³¹ − 1. Raising to the fifth power permutes its residues, since 5
/// does not divide 2³¹ − 2: no place gets more than another.
pub const MODULUS: i64 = 0x7fff_ffff;

/// What the upper and the lower 32 bits of a key are multiplied by, and what is
/// added, before the power is taken: numbers below 2³⁰ without a pattern.
pub const FACTORS: [i64; 3] = [694_847_539, 747_796_405, 402_653_189];

/// A window of a database, half open: from one place up to before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    from: i64,
    to: i64,
}

impl Range {
    /// Everybody.
    pub const ALL: Range = Range {
        from: 0,
        to: PLACES,
    };

    /// Reads `{"from": 0, "to": 12.5}`: percent, at most two decimals, 0 if
    /// `from` is absent and 100 if `to` is. Codes: `wrong_type`,
    /// `out_of_range`, `invalid_range` (nothing between them),
    /// `unknown_field`.
    pub fn parse(value: &Value) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(value)?;
        let from = members.optional("from", percent).unwrap_or(0);
        let to = members.optional("to", percent).unwrap_or(PLACES);
        members.finish()?;
        if from >= to {
            let detail = "A range must begin before it ends: from lies below to.";
            return Err(vec![Invalid::new(Code::InvalidRange, detail)]);
        }
        Ok(Range { from, to })
    }

    /// The first place in it, 0 to 9999.
    pub fn from(self) -> i64 {
        self.from
    }

    /// The first place behind it, 1 to 10,000.
    pub fn to(self) -> i64 {
        self.to
    }

    /// Whether a profile is in it.
    pub fn contains(self, id: ProfileId) -> bool {
        (self.from..self.to).contains(&place(id))
    }
}

/// A profile's place, 0 to 9999.
pub fn place(id: ProfileId) -> i64 {
    let [upper, lower, more] = FACTORS;
    let (high, low) = (id.pk() >> 32, id.pk() & 0xffff_ffff);
    let mixed = (high * upper + low * lower + more) % MODULUS;
    let square = mixed * mixed % MODULUS;
    let fourth = square * square % MODULUS;
    fourth * mixed % MODULUS * PLACES / MODULUS
}

/// Percent with at most two decimals, in hundredths.
fn percent(value: &Value) -> Result<i64, Invalid> {
    let Value::Number(number) = value else {
        return Err(Invalid::wrong_type(value, "a number"));
    };
    let hundredths = number.as_f64().unwrap_or(-1.0) * 100.0;
    let whole = hundredths.round();
    if !(0.0..=PLACES as f64).contains(&whole) || (hundredths - whole).abs() > 1e-6 {
        let detail = format!("{number} is no percentage from 0 to 100 with at most two decimals.");
        return Err(Invalid::new(Code::OutOfRange, detail));
    }
    Ok(whole as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::first_pk;
    use proptest::prelude::*;
    use serde_json::json;

    fn of(from: f64, to: f64) -> Range {
        Range::parse(&json!({"from": from, "to": to})).unwrap()
    }

    /// How far the numbers of hits in equal parts are from even: chi-squared
    /// by degrees of freedom, 1 for a fair choice.
    fn unevenness(pks: impl Iterator<Item = i64>, parts: usize) -> f64 {
        let mut hits = vec![0.0; parts];
        let mut count = 0.0;
        for pk in pks {
            let place = place(ProfileId::from_pk(pk).unwrap());
            hits[usize::try_from(place).unwrap() * parts / 10_000] += 1.0;
            count += 1.0;
        }
        let fair = count / parts as f64;
        let square = hits.iter().map(|hits| (hits - fair).powi(2) / fair);
        square.sum::<f64>() / (parts - 1) as f64
    }

    #[test]
    fn windows_are_even_however_keys_were_made() {
        let random = |n: i64| (n.wrapping_mul(0x5851_f42d_4c95_7f2d) >> 33).unsigned_abs() as u32;
        let start = 1_795_000_000_000;
        for parts in [10, 100, 1000] {
            let spread = unevenness(
                (0..200_000).map(|n| first_pk(start + n * 37, random(n))),
                parts,
            );
            let crowded = unevenness(
                (0..200_000).map(|n| first_pk(start + n / 1000, random(n))),
                parts,
            );
            let one_by_one = unevenness((0..200_000).map(|n| first_pk(start, 0) + n), parts);
            let same_bits = unevenness((0..200_000).map(|n| first_pk(start + n, 5)), parts);
            for odd in [spread, crowded, one_by_one, same_bits] {
                // 1,000 parts deviate by 5 %, ten parts may by 100 %.
                assert!(odd < 1.0 + 5.0 / (parts as f64).sqrt(), "{parts}: {odd}");
            }
        }
    }

    #[test]
    fn a_window_of_time_is_no_window_of_places() {
        // Anyone who came in one second is spread over all windows.
        let pks = (0..5000).map(|n| first_pk(1_795_000_000_000 + n / 5, n as u32 * 199));
        assert!(unevenness(pks, 10) < 2.5);
    }

    #[test]
    fn percents_are_read_to_two_decimals() {
        assert_eq!(Range::parse(&json!({})), Ok(Range::ALL));
        let range = of(33.33, 66.67);
        assert_eq!((range.from(), range.to()), (3333, 6667));
        assert_eq!(of(0.0, 0.01).to(), 1);
        for (odd, code, pointer) in [
            (json!({"from": 50, "to": 50}), "invalid_range", ""),
            (json!({"from": 60, "to": 50}), "invalid_range", ""),
            (json!({"from": 100}), "invalid_range", ""),
            (json!({"to": 100.01}), "out_of_range", "/to"),
            (json!({"from": -1}), "out_of_range", "/from"),
            (json!({"to": 0.001}), "out_of_range", "/to"),
            (json!({"to": 1e300}), "out_of_range", "/to"),
            (json!({"to": "50"}), "wrong_type", "/to"),
            (json!({"upto": 50}), "unknown_field", "/upto"),
            (json!(50), "wrong_type", ""),
        ] {
            let errors = Range::parse(&odd).unwrap_err();
            let found = (errors[0].code.as_str(), errors[0].pointer.as_str());
            assert_eq!(found, (code, pointer), "{odd}");
        }
    }

    proptest! {
        #[test]
        fn windows_part_everybody(pk in 1..i64::MAX, cut in 1..9999_i64, other in 1..9999_i64) {
            let id = ProfileId::from_pk(pk).unwrap();
            let (low, high) = (cut.min(other), cut.max(other).max(cut.min(other) + 1));
            let windows = [(0, low), (low, high), (high, PLACES)];
            let held = windows.iter().filter(|(from, to)| Range { from: *from, to: *to }.contains(id));
            prop_assert_eq!(held.count(), 1);
            prop_assert!(Range::ALL.contains(id));
        }
    }
}
