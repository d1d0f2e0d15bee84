//! The numbering plans of all countries: a text table made from the metadata
//! of the phone library.
//!
//! The library brings the same data, but only as one block that it decodes
//! whole. This table leaves out what validating does not need (formats,
//! examples, names of number types) and can be read country by country. A test
//! (`tests/phone_table.rs`) makes it again from the library's metadata and
//! compares, so the two can't drift apart when the library is updated.
//!
//! One line is one region, main regions of a calling code first. Its columns,
//! separated by tabs: calling code, region (`001` for calling codes of no
//! country), leading digits, international prefix, national prefix for
//! parsing, its transform rule, the general pattern, then one pattern for each
//! type of number. A pattern column is three words: the possible lengths, the
//! lengths possible only locally, the regular expression; `-` is none. The
//! library anchors every expression, here that is left out.

use std::sync::OnceLock;

/// The table, sorted as its module says.
const TABLE: &str = include_str!("table.tsv");

/// One line of the table: how a region's numbers look.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    pub calling_code: i32,
    /// Two letters, or `001`.
    pub region: &'static str,
    /// A number that begins so is this region's among those that share the
    /// calling code.
    pub leading_digits: Option<&'static str>,
    pub international_prefix: Option<&'static str>,
    pub national_prefix: Option<&'static str>,
    pub transform: Option<&'static str>,
    general: &'static str,
    /// The type columns, still joined by tabs.
    types: &'static str,
}

/// A pattern column.
#[derive(Clone, Copy)]
pub(super) struct Pattern {
    lengths: &'static str,
    local_lengths: &'static str,
    pub expression: &'static str,
}

impl Plan {
    fn read(line: &'static str) -> Option<Self> {
        let mut columns = line.splitn(8, '\t');
        Some(Plan {
            calling_code: columns.next()?.parse().ok()?,
            region: columns.next()?,
            leading_digits: some(columns.next()?),
            international_prefix: some(columns.next()?),
            national_prefix: some(columns.next()?),
            transform: some(columns.next()?),
            general: columns.next()?,
            types: columns.next()?,
        })
    }

    /// What every number of the region matches.
    pub fn general(&self) -> Option<Pattern> {
        Pattern::read(self.general)
    }

    /// One pattern for each type of number (mobile, toll-free, …), without
    /// repeats; a number is valid if it matches any. At most ten.
    pub fn types(&self) -> impl Iterator<Item = Pattern> {
        self.types.split('\t').filter_map(Pattern::read)
    }
}

impl Pattern {
    fn read(column: &'static str) -> Option<Self> {
        let mut words = column.splitn(3, ' ');
        Some(Pattern {
            lengths: words.next()?,
            local_lengths: words.next()?,
            expression: words.next()?,
        })
    }

    /// The lengths a number may have; none given means any.
    pub fn lengths(&self) -> impl Iterator<Item = i32> {
        numbers(self.lengths)
    }

    /// The lengths a number may have only when dialled locally.
    pub fn local_lengths(&self) -> impl Iterator<Item = i32> {
        numbers(self.local_lengths)
    }
}

fn some(column: &'static str) -> Option<&'static str> {
    (column != "-").then_some(column)
}

fn numbers(word: &'static str) -> impl Iterator<Item = i32> {
    word.split(',').filter_map(|number| number.parse().ok())
}

/// All plans, those of a calling code together, its main region first.
pub(super) fn plans() -> impl Iterator<Item = Plan> {
    TABLE.lines().filter_map(Plan::read)
}

/// The plans of one calling code, its main region first.
pub(super) fn plans_of(calling_code: i32) -> impl Iterator<Item = Plan> {
    let sections = sections();
    let place = sections.binary_search_by_key(&calling_code, |section| section.0);
    let section = place.ok().and_then(|index| sections.get(index));
    let lines = section.map_or("", |section| section.1).lines();
    lines.filter_map(Plan::read)
}

/// The calling code of a region, for two upper-case letters.
pub(super) fn calling_code_of_region(region: &str) -> Option<i32> {
    let in_column = |line: &str| line.split('\t').nth(1) == Some(region);
    let mut sections = sections().iter().filter(|_| region != "001");
    let section = sections.find(|section| section.1.lines().any(in_column));
    section.map(|section| section.0)
}

/// The calling code that an international number (digits without the `+`)
/// begins with. No code is the beginning of another.
pub(super) fn calling_code(digits: &str) -> Option<i32> {
    let known = |length| {
        let code: i32 = digits.get(..length)?.parse().ok()?;
        let is_code = sections().binary_search_by_key(&code, |section| section.0);
        is_code.is_ok().then_some(code)
    };
    if digits.starts_with('0') {
        return None;
    }
    (1..=3).find_map(known)
}

/// The table cut by calling code, found on first use: where each code's lines
/// are, in ascending order.
fn sections() -> &'static [(i32, &'static str)] {
    static SECTIONS: OnceLock<Vec<(i32, &'static str)>> = OnceLock::new();
    SECTIONS.get_or_init(|| {
        let mut sections = Vec::with_capacity(256);
        let mut rest = TABLE;
        while let Some((code, _)) = rest.split_once('\t') {
            let Ok(number) = code.parse() else { break };
            let mut end = 0;
            for line in rest.split_inclusive('\n') {
                if line.split('\t').next() != Some(code) {
                    break;
                }
                end += line.len();
            }
            let (section, after) = rest.split_at(end);
            sections.push((number, section));
            rest = after;
        }
        sections
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_plan_is_in_the_section_of_its_code() {
        assert!(sections().is_sorted_by_key(|section| section.0));
        let cut: usize = sections().iter().map(|section| section.1.len()).sum();
        assert_eq!(cut, TABLE.len());
        assert_eq!(plans().count(), TABLE.lines().count());
        for (code, _) in sections() {
            assert!(plans_of(*code).all(|plan| plan.calling_code == *code));
            assert_eq!(calling_code(&format!("{code}5551234")), Some(*code));
        }
        for wrong in ["", "0", "999", "07912345678", "２"] {
            assert_eq!(calling_code(wrong), None);
        }
    }
}
