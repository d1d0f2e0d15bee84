//! Phones: examples, and the comparison of all ways with the library.

use super::*;
use proptest::prelude::*;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType};

/// What the library says with its own metadata.
fn library_says(text: &str, region: Option<Region>) -> Option<String> {
    let region = region.and_then(|r| rlibphonenumber::Region::from_code(r.code()).ok());
    let number = PHONE_NUMBER_UTIL.parse(text, region).ok()?;
    let valid = number.extension.is_none() && PHONE_NUMBER_UTIL.is_valid_number(&number);
    let e164 = || {
        PHONE_NUMBER_UTIL
            .format(&number, PhoneNumberFormat::E164)
            .into_owned()
    };
    valid.then(e164)
}

/// What ought to be said of a text: the library's word, but for a number that
/// begins with its region's calling code and lacks plus and trunk prefix.
/// `None` where nothing may be said.
fn expected(text: &str, region: Option<Region>) -> Option<String> {
    let text = machine::unformatted(text).ok()?;
    let start = text.find(|c: char| c == '+' || c.is_numeric())?;
    let text = &text[start..];
    let as_dialled = library_says(text, region);
    let Some(home) = region.filter(|_| !text.starts_with('+')) else {
        return as_dialled;
    };
    let plain = |c: char| c.is_ascii_digit() || " -.()/".contains(c);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if !text.chars().all(plain) || !digits.starts_with(&home.calling_code.to_string()) {
        return as_dialled;
    }
    let plan = table::plans()
        .find(|plan| plan.region == home.code())
        .unwrap();
    let trunk = plan.national_prefix.map(|prefix| {
        let prefix = regex_lite::Regex::new(&format!("^(?:{prefix})")).unwrap();
        prefix.find(&digits).is_some_and(|found| !found.is_empty())
    });
    let international = library_says(&format!("+{digits}"), region);
    match trunk {
        Some(true) => as_dialled,
        Some(false) => international.or(as_dialled),
        None if international.is_some() && as_dialled.is_some() && international != as_dialled => {
            None
        }
        None => international.or(as_dialled),
    }
}

fn we_say(text: &str, region: Option<Region>) -> Option<String> {
    Phone::parse(text, region).ok().map(String::from)
}

fn region(code: &str) -> Option<Region> {
    Some(code.parse().unwrap())
}

#[test]
fn numbers_get_their_e164_form() {
    for (text, code, e164) in [
        ("+1 (202) 225-3121", None, "+12022253121"),
        ("(202) 225-3121", Some("US"), "+12022253121"),
        ("8 (912) 345-67-89", Some("RU"), "+79123456789"),
        ("+79123456789", None, "+79123456789"),
        ("8-10-49-30-12345678", Some("RU"), "+493012345678"),
        ("tel:+49 30 12345678", None, "+493012345678"),
        ("+44 (0) 20 7946 0018", None, "+442079460018"),
        ("+39 06 698 2", None, "+39066982"),
        ("1-800-FLOWERS", Some("US"), "+18003569377"),
        ("＋１ ２０２ ２２５ ３１２１", None, "+12022253121"),
        ("+800 1234 5678", None, "+80012345678"),
    ] {
        let found = Phone::parse(text, code.and_then(region));
        assert_eq!(found.as_ref().map(Phone::as_str), Ok(e164), "{text}");
        assert_eq!(we_say(e164, None).as_deref(), Some(e164));
    }
    for (text, code) in [
        ("", None),
        ("123", None),
        ("123", Some("US")),
        ("2022253121", None),
        ("+1 202 225", None),
        ("+999 123456", None),
        ("+1 202 225 3121 ext. 7", None),
        ("+12022253121, +12022253122", None),
        ("tel:2022253121;phone-context=+1", None),
        (";phone-context=+1tel:1", Some("US")),
        ("hello", Some("US")),
    ] {
        let wrong = Phone::parse(text, code.and_then(region)).unwrap_err();
        assert_eq!(wrong.code.as_str(), "invalid_phone", "{text}");
    }
}

#[test]
fn numbers_that_lost_their_plus_are_read_as_they_were_meant() {
    for (code, text, e164) in [
        // With a trunk prefix: what lacks it is international where it can be.
        ("DE", "4915112345678", "+4915112345678"),
        ("DE", "49 (0) 151 12345678", "+4915112345678"),
        ("DE", "493012345678", "+493012345678"),
        ("DE", "04921 12345", "+49492112345"),
        ("DE", "015112345678", "+4915112345678"),
        ("DE", "15112345678", "+4915112345678"),
        ("AT", "436601234567", "+436601234567"),
        ("GB", "447400123456", "+447400123456"),
        ("FR", "33612345678", "+33612345678"),
        ("RU", "79123456789", "+79123456789"),
        ("RU", "89123456789", "+79123456789"),
        ("UA", "380501234567", "+380501234567"),
        ("IN", "919123456789", "+919123456789"),
        ("IN", "9123456789", "+919123456789"),
        ("BR", "5511912345678", "+5511912345678"),
        ("BR", "55912345678", "+5555912345678"),
        ("SE", "46701234567", "+46701234567"),
        // The trunk prefix of North America is its calling code.
        ("US", "12022253121", "+12022253121"),
        ("US", "2022253121", "+12022253121"),
        // Without a trunk prefix.
        ("IT", "393491234567", "+393491234567"),
        ("IT", "3934912345", "+393934912345"),
        ("ES", "34612345678", "+34612345678"),
        ("ES", "612345678", "+34612345678"),
        ("PT", "351912345678", "+351912345678"),
        ("DK", "4532123456", "+4532123456"),
        ("DK", "45123456", "+4545123456"),
        ("NO", "4740612345", "+4740612345"),
        ("CZ", "420601123456", "+420601123456"),
        ("GR", "306912345678", "+306912345678"),
        ("SG", "6581234567", "+6581234567"),
        ("HK", "85251234567", "+85251234567"),
    ] {
        let found = Phone::parse(text, region(code));
        assert_eq!(found.as_ref().map(Phone::as_str), Ok(e164), "{code} {text}");
    }
}

#[test]
fn what_may_be_two_numbers_is_refused() {
    // A mobile number, or one of Rome.
    let wrong = Phone::parse("390612345", region("IT")).unwrap_err();
    assert_eq!(wrong.code.as_str(), "ambiguous_phone");
    assert!(Phone::parse("+39 0612345", region("IT")).is_ok());
}

#[test]
fn formats_of_numbers_are_taken_off_or_refused() {
    let de = region("DE");
    for (text, e164) in [
        ("4915112345678.0", "+4915112345678"),
        ("4915112345678,0", "+4915112345678"),
        ("+4915112345678.0", "+4915112345678"),
        ("15112345678.0", "+4915112345678"),
        ("4.915112345678E12", "+4915112345678"),
        ("4.915112345678e+12", "+4915112345678"),
        ("4,915112345678E+12", "+4915112345678"),
        (
            "\u{202a}+49\u{a0}151\u{2011}12345678\u{202c}",
            "+4915112345678",
        ),
        ("＋４９１５１１２３４５６７８", "+4915112345678"),
        ("+٤٩١٥١١٢٣٤٥٦٧٨", "+4915112345678"),
        ("0151.123.456.78", "+4915112345678"),
    ] {
        let found = Phone::parse(text, de);
        assert_eq!(found.as_ref().map(Phone::as_str), Ok(e164), "{text}");
    }
    for (text, code) in [
        ("4.91511E+12", "phone_digits_lost"),
        ("4.915112345678E+11", "phone_digits_lost"),
        ("5E+12", "phone_digits_lost"),
        ("4915112345678.00", "ambiguous_phone"),
    ] {
        assert_eq!(
            Phone::parse(text, de).unwrap_err().code.as_str(),
            code,
            "{text}"
        );
    }
}

#[test]
fn regions_are_those_of_the_library() {
    assert_eq!(region("ru").unwrap().code(), "RU");
    for wrong in ["", "R", "RUS", "001", "XX", "ÄÖ", "7"] {
        assert!(wrong.parse::<Region>().is_err(), "{wrong}");
    }
    for supported in PHONE_NUMBER_UTIL.get_supported_regions() {
        let code = supported.to_string();
        let ours: Region = code.parse().unwrap();
        assert_eq!(
            Some(ours.calling_code),
            PHONE_NUMBER_UTIL.get_country_code_for_region(supported)
        );
    }
    let ours = table::plans().filter(|p| p.region != "001").count();
    assert_eq!(ours, PHONE_NUMBER_UTIL.get_supported_regions().len());
}

/// Every region's example numbers of every type, in three spellings.
#[test]
fn example_numbers_are_judged_as_the_library_does() {
    let types = [
        PhoneNumberType::FixedLine,
        PhoneNumberType::Mobile,
        PhoneNumberType::TollFree,
        PhoneNumberType::PremiumRate,
        PhoneNumberType::SharedCost,
        PhoneNumberType::VoIP,
        PhoneNumberType::PersonalNumber,
        PhoneNumberType::Pager,
        PhoneNumberType::UAN,
        PhoneNumberType::VoiceMail,
    ];
    let (mut seen, mut short) = (0, 0);
    for plan in table::plans().filter(|p| p.region != "001") {
        let library = rlibphonenumber::Region::from_code(plan.region).unwrap();
        for kind in types {
            let example = PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(library, kind);
            let Ok(example) = example else { continue };
            for format in [
                PhoneNumberFormat::E164,
                PhoneNumberFormat::International,
                PhoneNumberFormat::National,
            ] {
                let text = PHONE_NUMBER_UTIL.format(&example, format).into_owned();
                let region = region(plan.region);
                assert_eq!(
                    we_say(&text, region),
                    expected(&text, region),
                    "{text} {}",
                    plan.region
                );
                seen += 1;
                short += usize::from(short::valid(&text, region).is_some());
            }
        }
    }
    assert!(seen > 3000);
    // The short way is there to be taken.
    assert!(short * 10 > seen * 8, "{short} of {seen}");
}

/// A region, and a text that is a number there more often than chance would
/// have it: its example numbers in three spellings, with another end or
/// another beginning.
fn near_numbers() -> impl Strategy<Value = (Region, String)> {
    let regions: Vec<Region> = table::plans()
        .filter(|p| p.region != "001")
        .map(|p| p.region.parse().unwrap())
        .collect();
    let regions = proptest::sample::select(regions);
    let parts = (
        regions,
        "[0-9]{0,14}",
        "(0|00|1|7|8|9|011|810)?",
        any::<(u8, u8)>(),
    );
    parts.prop_map(|(region, digits, prefix, (kind, keep))| {
        let library = rlibphonenumber::Region::from_code(region.code()).unwrap();
        let number_type = [PhoneNumberType::Mobile, PhoneNumberType::FixedLine];
        let number_type = number_type[usize::from(kind % 2)];
        let example = PHONE_NUMBER_UTIL
            .get_example_number_for_type_and_region(library, number_type)
            .or_else(|_| PHONE_NUMBER_UTIL.get_example_number(library))
            .unwrap();
        let national = PHONE_NUMBER_UTIL.format(&example, PhoneNumberFormat::National);
        let e164 = PHONE_NUMBER_UTIL.format(&example, PhoneNumberFormat::E164);
        let bare: String = national.chars().filter(char::is_ascii_digit).collect();
        let code = region.calling_code;
        let text = match kind / 2 % 7 {
            0 => return (region, format!("+{code}{digits}")),
            1 => return (region, format!("{prefix}{digits}")),
            2 => e164.into_owned(),
            3 => national.into_owned(),
            4 => e164.trim_start_matches('+').to_owned(),
            5 => format!("{prefix}{bare}"),
            _ => format!("+{code}{prefix}{bare}"),
        };
        // Keep the beginning, give it another end that is as long, mostly.
        let keep = usize::from(keep) % (text.len() + 1);
        let end = text.len() - keep + usize::from(kind == 255);
        let end = digits.get(..end.min(digits.len())).unwrap_or_default();
        match text.get(..keep) {
            Some(start) => (region, format!("{start}{end}")),
            None => (region, text),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn generated_numbers_are_judged_as_the_library_does((region, text) in near_numbers()) {
        for region in [None, Some(region)] {
            prop_assert_eq!(we_say(&text, region), expected(&text, region));
        }
    }

    #[test]
    fn punctuated_numbers_are_judged_as_the_library_does(
        (region, text) in near_numbers(), signs in "[ .()/x#,~-]{0,3}", at in 0usize..14,
    ) {
        let at = at.min(text.len());
        let text = format!("{}{signs}{}", &text[..at], &text[at..]);
        for region in [None, Some(region)] {
            prop_assert_eq!(we_say(&text, region), expected(&text, region));
        }
    }

    #[test]
    fn no_text_makes_the_library_panic(text in "\\PC{0,30}", digits in "[+0-9;x# telpohnc=-]{0,30}") {
        let _ = Phone::parse(&text, region("US"));
        let _ = Phone::parse(&digits, region("AR"));
    }

    #[test]
    fn a_number_is_its_own_e164_form((region, text) in near_numbers()) {
        if let Ok(phone) = Phone::parse(&text, Some(region)) {
            prop_assert_eq!(Phone::parse(phone.as_str(), None), Ok(phone));
        }
    }
}
