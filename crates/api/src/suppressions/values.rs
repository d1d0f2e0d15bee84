//! Reading many values from a body: each is right or wrong by itself.

use roster_http::{Problem, give_way};
use roster_model::Code;
use roster_model::suppression::{Entry, note};
use roster_model::{Invalid, Region};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// The most values that one request may have.
pub(crate) const MOST_VALUES: usize = 100_000;

/// How many values are read before other requests get their turn: a few milliseconds' work.
const AT_ONCE: usize = 1000;

/// How many wrong values are told.
const MOST_ERRORS: usize = 1000;

/// A value that was not taken.
#[derive(Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct WrongSuppressionValue {
    /// Its place among the values, from 0.
    index: usize,
    /// The stable name of what is wrong.
    #[schema(value_type = String, example = "invalid_email")]
    code: Code,
    /// What is wrong and what would be right.
    detail: String,
}

/// The values of a body.
pub(crate) struct Values {
    /// Those that are right.
    pub(crate) entries: Vec<Entry>,
    /// How many are wrong.
    pub(crate) failed: usize,
    /// The first thousand of those.
    pub(crate) errors: Vec<WrongSuppressionValue>,
}

impl Values {
    /// Reads values as they stand in the body; they are not copied as a whole.
    pub(crate) async fn read(values: &[&RawValue], region: Option<&str>) -> Result<Self, Problem> {
        check_count("entries", values.len(), MOST_VALUES)?;
        let region = region_of(region)?;
        let mut read = Values {
            entries: Vec::with_capacity(values.len()),
            failed: 0,
            errors: Vec::new(),
        };
        for (index, value) in values.iter().enumerate() {
            if index % AT_ONCE == AT_ONCE - 1 {
                give_way().await;
            }
            match entry(value, region) {
                Ok(entry) => read.entries.push(entry),
                Err(invalid) => {
                    read.failed += 1;
                    if read.errors.len() < MOST_ERRORS {
                        let (code, detail) = (invalid.code, invalid.detail);
                        read.errors.push(WrongSuppressionValue {
                            index,
                            code,
                            detail,
                        });
                    }
                }
            }
        }
        Ok(read)
    }
}

/// One value of a body.
pub(crate) fn entry(value: &RawValue, region: Option<Region>) -> Result<Entry, Invalid> {
    let value: Value = serde_json::from_str(value.get())
        .map_err(|error| Invalid::new(Code::WrongType, format!("This can't be read: {error}.")))?;
    Entry::from_json(&value, region)
}

/// Refuses no values at all and too many of them.
pub(crate) fn check_count(name: &str, count: usize, most: usize) -> Result<(), Problem> {
    if (1..=most).contains(&count) {
        return Ok(());
    }
    let (code, detail) = match count {
        0 => (Code::Empty, "There must be at least one.".to_owned()),
        _ => (
            Code::TooMany,
            format!("{count} values: at most {most} fit in one request."),
        ),
    };
    Err(Invalid::new(code, detail).at(name).into())
}

/// The member `region`.
pub(crate) fn region_of(given: Option<&str>) -> Result<Option<Region>, Problem> {
    let region = given.map(str::parse::<Region>).transpose();
    Ok(region.map_err(|invalid| invalid.at("region"))?)
}

/// A member `reason` or `source`; absent is empty.
pub(crate) fn noted(name: &str, given: Option<&str>) -> Result<String, Problem> {
    let text = note(given.unwrap_or_default());
    Ok(text.map_err(|invalid| invalid.at(name))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use roster_http::kinds;

    /// Natively nothing has to wait.
    fn read(values: &[&RawValue], region: Option<&str>) -> Result<Values, Problem> {
        Values::read(values, region).now_or_never().unwrap()
    }

    #[test]
    fn each_value_is_right_or_wrong_by_itself() {
        let body = r#"["a@x.org", 5, {"value": "x.org"}, {"valu": 1}, "no", null]"#;
        let values: Vec<&RawValue> = serde_json::from_str(body).unwrap();
        let read = read(&values, None).unwrap();
        let keys: Vec<&str> = read.entries.iter().map(|entry| &*entry.key).collect();
        assert_eq!((keys, read.failed), (vec!["a@x.org", "x.org"], 4));
        let wrong: Vec<_> = read
            .errors
            .iter()
            .map(|w| (w.index, w.code.as_str()))
            .collect();
        assert_eq!(
            wrong,
            [
                (1, "invalid_phone"),
                (3, "required"),
                (4, "unrecognised"),
                (5, "wrong_type")
            ]
        );
    }

    #[test]
    fn none_too_many_and_no_region_are_refused_as_a_whole() {
        let pointer = |result: Result<Values, Problem>| {
            let problem = result.err().unwrap();
            assert_eq!(problem.kind, kinds::VALIDATION_FAILED);
            (
                problem.errors[0].code.as_str(),
                problem.errors[0].pointer.clone(),
            )
        };
        let none = read(&[], None);
        assert_eq!(pointer(none), ("empty", "/entries".to_owned()));
        let one: &RawValue = serde_json::from_str("\"a@x.org\"").unwrap();
        let many = read(&vec![one; MOST_VALUES + 1], None);
        assert_eq!(pointer(many), ("too_many", "/entries".to_owned()));
        let odd = read(&[one], Some("Germany"));
        assert_eq!(pointer(odd), ("invalid_region", "/region".to_owned()));
        assert!(noted("reason", Some("a\nb")).is_err());
        assert_eq!(noted("reason", None).unwrap(), "");
    }
}
