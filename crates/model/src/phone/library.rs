//! Asking the phone library, with as little of its metadata as will do.

use super::Region;
use super::table::{self, Pattern, Plan};
use rlibphonenumber::{
    ParseError, PhoneMetadata, PhoneMetadataCollection, PhoneNumber, PhoneNumberDesc,
    PhoneNumberFormat, PhoneNumberUtil,
};
use std::sync::OnceLock;

/// The E.164 form of a number, or why it has none.
///
/// `number` begins with a plus or a digit, has no `;` and is short.
pub(super) fn parse(number: &str, region: Option<Region>) -> Result<String, &'static str> {
    let region_code = region.map(|r| r.calling_code);
    let code = if number.starts_with(['+', '＋']) {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        table::calling_code(&digits)
    } else {
        region_code
    };
    let ask = |util: &PhoneNumberUtil, region: Option<Region>| {
        let region = region.and_then(|r| rlibphonenumber::Region::from_code(r.code()).ok());
        let number = util.parse(number, region)?;
        Ok(verdict(util, &number))
    };
    // One country's metadata decide about its numbers; what they don't
    // recognise as its number may begin with an international prefix, or be
    // written in digits of another script.
    if let Some(util) = code.and_then(one_code) {
        let known = region.filter(|_| region_code == code);
        match ask(util, known) {
            Err(ParseError::InvalidCountryCode) => {}
            Err(_) => return Err("it can't be read as one"),
            Ok(verdict) => return verdict,
        }
    }
    let everything = all().ok_or("phone numbers can't be checked")?;
    ask(everything, region).unwrap_or_else(|error| match error {
        ParseError::InvalidCountryCode => Err("no country has this calling code"),
        _ => Err("it can't be read as one"),
    })
}

fn verdict(util: &PhoneNumberUtil, number: &PhoneNumber) -> Result<String, &'static str> {
    if number.extension.is_some() {
        return Err("it has an extension, which must be left out");
    }
    if !util.is_valid_number(number) {
        return Err("its country has no such number");
    }
    Ok(util.format(number, PhoneNumberFormat::E164).into_owned())
}

/// The library for the first calling code it was needed for. Every further
/// code would cost a good part of what [`all`] costs, so others use that.
fn one_code(calling_code: i32) -> Option<&'static PhoneNumberUtil> {
    static FIRST: OnceLock<(i32, Option<PhoneNumberUtil>)> = OnceLock::new();
    let (first, util) = FIRST.get_or_init(|| (calling_code, build(table::plans_of(calling_code))));
    util.as_ref().filter(|_| *first == calling_code)
}

/// The library for all calling codes.
fn all() -> Option<&'static PhoneNumberUtil> {
    static ALL: OnceLock<Option<PhoneNumberUtil>> = OnceLock::new();
    ALL.get_or_init(|| build(table::plans())).as_ref()
}

fn build(plans: impl Iterator<Item = Plan>) -> Option<PhoneNumberUtil> {
    let metadata = plans.map(metadata).collect();
    PhoneNumberUtil::new_for_metadata(PhoneMetadataCollection { metadata }).ok()
}

// Some fields are marked as deprecated to warn those who read them back from
// the library, which moves their content elsewhere; it takes them all.
#[allow(deprecated)]
fn metadata(plan: Plan) -> PhoneMetadata {
    let mut metadata = PhoneMetadata {
        id: plan.region.to_owned(),
        country_code: Some(plan.calling_code),
        leading_digits: plan.leading_digits.map(anchored),
        international_prefix: plan.international_prefix.map(anchored),
        national_prefix_for_parsing: plan.national_prefix.map(anchored),
        national_prefix_transform_rule: plan.transform.map(str::to_owned),
        general_desc: plan.general().map(desc),
        ..PhoneMetadata::default()
    };
    // Which type a number is of does not matter here, only that it has one.
    let slots = [
        &mut metadata.premium_rate,
        &mut metadata.toll_free,
        &mut metadata.shared_cost,
        &mut metadata.voip,
        &mut metadata.personal_number,
        &mut metadata.pager,
        &mut metadata.uan,
        &mut metadata.voicemail,
        &mut metadata.fixed_line,
        &mut metadata.mobile,
    ];
    for (slot, pattern) in slots.into_iter().zip(plan.types()) {
        *slot = Some(desc(pattern));
    }
    metadata
}

#[allow(deprecated)]
fn desc(pattern: Pattern) -> PhoneNumberDesc {
    PhoneNumberDesc {
        national_number_pattern: Some(anchored(pattern.expression)),
        possible_length: pattern.lengths().collect(),
        possible_length_local_only: pattern.local_lengths().collect(),
        ..PhoneNumberDesc::default()
    }
}

/// The form in which the library's metadata hold expressions.
fn anchored(expression: &str) -> String {
    format!("^(?:{expression})$")
}
