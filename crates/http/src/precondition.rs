//! `If-Match`: a change that only happens to the revision one has seen.

use crate::call::Call;
use crate::kinds;
use crate::problem::Problem;
use http::header;

/// What the header `If-Match` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IfMatch(Option<Vec<i64>>);

impl IfMatch {
    /// Refuses a change to a row at `revision` unless the header allows it.
    ///
    /// # Errors
    /// [`kinds::PRECONDITION_FAILED`] with the `revision` that the row has.
    pub fn check(&self, revision: i64) -> Result<(), Problem> {
        match &self.0 {
            Some(allowed) if !allowed.contains(&revision) => Err(Problem::new(
                kinds::PRECONDITION_FAILED,
                format!("The revision is {revision} by now: read again, then repeat the change."),
            )
            .with("revision", revision)),
            Some(_) | None => Ok(()),
        }
    }

    /// The revisions that are allowed; none for any.
    pub fn revisions(&self) -> Option<&[i64]> {
        self.0.as_deref()
    }

    /// Reads the value of a header: `*`, or entity tags with commas between
    /// them. Tags that are no revision of ours match nothing. A weak tag
    /// counts like a strong one: proxies weaken tags when they compress.
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text == "*" {
            return Some(IfMatch(None));
        }
        let mut revisions = Vec::new();
        for tag in text.split(',') {
            let tag = tag.trim();
            let tag = tag.strip_prefix("W/").unwrap_or(tag);
            let tag = tag.strip_prefix('"')?.strip_suffix('"')?;
            revisions.extend(tag.parse::<i64>());
        }
        Some(IfMatch(Some(revisions)))
    }
}

impl Call {
    /// The header `If-Match`; several count as one list.
    ///
    /// # Errors
    /// [`kinds::INVALID_HEADER`] when it is no list of entity tags.
    pub fn if_match(&self) -> Result<IfMatch, Problem> {
        let mut texts = Vec::new();
        for value in self.headers.get_all(header::IF_MATCH) {
            texts.push(value.to_str().unwrap_or("?"));
        }
        if texts.is_empty() {
            return Ok(IfMatch(None));
        }
        IfMatch::parse(&texts.join(",")).ok_or_else(|| {
            Problem::new(
                kinds::INVALID_HEADER,
                "If-Match must be like \"3\": the ETag of an answer, quotation marks included.",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entity_tags_are_read_alone_in_lists_and_weak() {
        let read = |text| IfMatch::parse(text).map(|found| found.0);
        assert_eq!(read("*"), Some(None));
        assert_eq!(read("\"3\""), Some(Some(vec![3])));
        assert_eq!(read(" W/\"3\" , \"4\""), Some(Some(vec![3, 4])));
        assert_eq!(read("\"abc\""), Some(Some(vec![])));
        for odd in ["", "3", "\"3", "\"3\",", "W/3"] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }

    #[test]
    fn only_the_named_revision_passes() {
        let found = IfMatch(Some(vec![3]));
        assert_eq!(found.check(3), Ok(()));
        let problem = found.check(4).unwrap_err();
        assert_eq!(problem.kind.status, 412);
        assert_eq!(problem.extra["revision"], 4);
        assert_eq!(IfMatch(None).check(4), Ok(()));
    }
}
