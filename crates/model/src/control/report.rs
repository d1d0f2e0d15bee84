//! What the group and the rest did, compared: rates, their difference and how sure it is.

use serde::Serialize;

/// The 97.5 % point of the normal distribution: an interval of 95 % has both sides.
const Z: f64 = 1.959_963_984_540_054;
/// The 80 % point, for a power of 80 %.
const Z_POWER: f64 = 0.841_621_233_572_914_3;
/// How often a bound is halved: to the last bit of what is shown.
const HALVINGS: usize = 60;

/// What some people did in a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = ControlFigures)]
pub struct Figures {
    /// How many of them did it.
    pub people: i64,
    /// How often.
    pub events: i64,
    /// The sum of what their events have as `value` in `data`.
    pub value: f64,
}

/// From where to where something lies.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = ControlInterval)]
pub struct Interval {
    /// The lower bound.
    pub lower: f64,
    /// The upper bound.
    pub upper: f64,
}

/// How much more often the rest did something than the control group.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = ControlUplift)]
pub struct Uplift {
    /// The difference of the rates.
    pub absolute: f64,
    /// The same in parts of the control group's rate; `null` where that is 0.
    pub relative: Option<f64>,
    /// The interval of 95 % of the difference, by Newcombe's hybrid score method.
    pub interval: Interval,
    /// The smallest difference that groups of this size would show four times out of five
    /// (power 80 %, two-sided test at 5 %), above the control group's rate; `null` where none
    /// would.
    pub smallest: Option<f64>,
}

impl Uplift {
    /// Of `rest` over `control`, each how many did it of how many; none where one of them
    /// is empty.
    pub fn of(rest: (i64, i64), control: (i64, i64)) -> Option<Self> {
        let (p, q) = (rate(rest)?, rate(control)?);
        Some(Uplift {
            absolute: p - q,
            relative: (q > 0.0).then(|| (p - q) / q),
            interval: newcombe(rest, control)?,
            smallest: smallest_uplift(rest.1, control.1, q),
        })
    }
}

/// How many of how many; none of nobody.
fn rate((some, all): (i64, i64)) -> Option<f64> {
    (all > 0).then(|| some as f64 / all as f64)
}

/// Wilson's score interval of 95 % for a rate (J. Am. Stat. Assoc. 22, 1927).
pub fn wilson((some, all): (i64, i64)) -> Option<Interval> {
    let p = rate((some, all))?;
    let n = all as f64;
    let middle = 2.0 * n * p + Z * Z;
    let half = Z * (Z * Z + 4.0 * n * p * (1.0 - p)).sqrt();
    let below = 2.0 * (n + Z * Z);
    Some(Interval {
        lower: ((middle - half) / below).max(0.0),
        upper: ((middle + half) / below).min(1.0),
    })
}

/// Newcombe's hybrid score interval of 95 % for the difference of two rates: method 10 of
/// Statistics in Medicine 17 (1998), 873–890. It holds for small groups and for rates of 0
/// and 1 too.
pub fn newcombe(one: (i64, i64), other: (i64, i64)) -> Option<Interval> {
    let (p, q) = (rate(one)?, rate(other)?);
    let (a, b) = (wilson(one)?, wilson(other)?);
    let difference = p - q;
    let root = |x: f64, y: f64| (x * x + y * y).sqrt();
    Some(Interval {
        lower: difference - root(p - a.lower, b.upper - q),
        upper: difference + root(a.upper - p, q - b.lower),
    })
}

/// The smallest difference above a rate that a two-sided test at 5 % of groups of these
/// sizes shows with a power of 80 % (Fleiss, Statistical Methods for Rates and Proportions,
/// without the correction for continuity). None where even a rate of 1 would not be shown.
pub fn smallest_uplift(rest: i64, control: i64, rate: f64) -> Option<f64> {
    if rest <= 0 || control <= 0 {
        return None;
    }
    let (n, m) = (rest as f64, control as f64);
    let is_shown = |difference: f64| {
        let other = rate + difference;
        let pooled = (other * n + rate * m) / (n + m);
        let null = (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)).sqrt();
        let spread = (other * (1.0 - other) / n + rate * (1.0 - rate) / m).sqrt();
        difference >= Z * null + Z_POWER * spread
    };
    let (mut low, mut high) = (0.0, 1.0 - rate);
    if !is_shown(high) || high <= 0.0 {
        return None;
    }
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if is_shown(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high)
}
