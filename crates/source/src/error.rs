//! Why a source can't be read: what hosts say, in words of ours with a stable code.

use crate::connecting::connecting;
use crate::connection::HostError;
use roster_model::Code;
use roster_model::connector::Kind;

/// The most of a database's own words that is passed on, in characters.
const WORDS: usize = 300;

/// Why a source can't be read: a file or rows, so that those who fetch both have one error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceError {
    /// A stable code.
    pub code: Code,
    /// A sentence for people.
    pub detail: String,
    /// Whether another try may succeed.
    pub retry: bool,
}

impl SourceError {
    /// One that another try would meet again.
    pub fn permanent(code: Code, detail: impl Into<String>) -> Self {
        SourceError {
            code,
            detail: detail.into(),
            retry: false,
        }
    }

    /// One that may be gone by another try.
    pub fn temporary(code: Code, detail: impl Into<String>) -> Self {
        SourceError {
            retry: true,
            ..Self::permanent(code, detail)
        }
    }

    /// What an error of a database of a kind comes to.
    #[must_use]
    pub fn of(kind: Kind, error: &HostError) -> Self {
        match error {
            HostError::Connecting(text) => connecting(text),
            HostError::Query { code, text } => match kind {
                Kind::Postgres => postgres(code.as_deref().unwrap_or_default(), text),
                Kind::Mysql => mysql(text),
            },
            // A server's own words may come this way too.
            HostError::Other(text) if kind == Kind::Mysql && number(text).is_some() => mysql(text),
            // What follows is the value itself.
            HostError::Other(text) if text.contains("Cannot convert value") => {
                SourceError::permanent(
                    Code::ColumnUnreadable,
                    "A column has values that the host can't hand over: name the columns in a query, and make text of that one with CAST.",
                )
            }
            HostError::Other(text) if text.contains("exceeds limit") => SourceError::permanent(
                Code::ResultTooLarge,
                "The rows are too large for the host to hand over: name a key, or read fewer columns in a query.",
            ),
            HostError::Other(text) => {
                let detail = format!("The connection broke off: {}.", words(text));
                SourceError::temporary(Code::BrokenOff, detail)
            }
        }
    }
}

/// What an SQLSTATE means (PostgreSQL's documentation, appendix A).
fn postgres(state: &str, text: &str) -> SourceError {
    let said = words(text);
    let class = state.get(..2).unwrap_or_default();
    match state {
        "42P01" | "3F000" => SourceError::permanent(
            Code::SourceTable,
            format!("There is no such table: {said}."),
        ),
        "42703" => SourceError::permanent(
            Code::SourceColumn,
            format!("There is no such column: {said}."),
        ),
        "42501" => SourceError::permanent(
            Code::SourcePermission,
            format!("The user may not read this: {said}."),
        ),
        "57014" => too_slow(),
        "25006" => writes(&said),
        "0A000" if text.contains("data-modifying") => writes(&said),
        "57P01" | "57P02" | "57P03" => SourceError::temporary(
            Code::SourceRefused,
            format!("The server is stopping or starting: {said}."),
        ),
        "" => SourceError::temporary(
            Code::BrokenOff,
            format!("The connection broke off: {said}."),
        ),
        _ => match class {
            "08" | "40" | "53" | "58" => {
                SourceError::temporary(Code::BrokenOff, format!("The server gave up: {said}."))
            }
            _ => failed(&said),
        },
    }
}

/// What a number of MySQL or MariaDB means.
fn mysql(text: &str) -> SourceError {
    let message = match text.split_once("message: \"") {
        Some((_, rest)) => rest.split("\", state").next().unwrap_or(rest),
        // ERROR 1690 (22003): …
        None => text.split_once("): ").map_or(text, |(_, rest)| rest),
    };
    let message = message.trim_end_matches(['\'', '`']);
    let said = words(message);
    match number(text) {
        Some(1146) => SourceError::permanent(
            Code::SourceTable,
            format!("There is no such table: {said}."),
        ),
        Some(1054) => SourceError::permanent(
            Code::SourceColumn,
            format!("There is no such column: {said}."),
        ),
        Some(1044 | 1142 | 1143 | 1227) => SourceError::permanent(
            Code::SourcePermission,
            format!("The user may not read this: {said}."),
        ),
        Some(1049) => SourceError::permanent(
            Code::SourceDatabase,
            "The server has no database of this name.",
        ),
        Some(3024 | 1969 | 1317) => too_slow(),
        Some(1792 | 1290) => writes(&said),
        Some(1040 | 1053 | 1203 | 1205 | 1213) => {
            SourceError::temporary(Code::BrokenOff, format!("The server gave up: {said}."))
        }
        Some(_) => failed(&said),
        None => SourceError::temporary(
            Code::BrokenOff,
            format!("The connection broke off: {said}."),
        ),
    }
}

/// The number of an error of MySQL in what the host says: `ServerError { code: 1690, …`,
/// `ERROR 1690 (22003): …`, or the other way round.
pub(crate) fn number(text: &str) -> Option<u32> {
    let (_, rest) = match text.split_once("ServerError") {
        Some((_, rest)) => rest.split_once("code: ")?,
        None => {
            let (_, rest) = text.split_once("ERROR ")?;
            let (first, second) = rest.split_once(" (")?;
            // An SQLSTATE has five characters, a number four.
            match first.len() {
                4 => ("", first),
                _ => ("", second),
            }
        }
    };
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn too_slow() -> SourceError {
    let seconds = crate::STATEMENT_SECONDS;
    let detail = format!(
        "The database took more than {seconds} s for one page: an index on the key, or on the \
         watermark, would help, and so would fewer page_rows."
    );
    SourceError::temporary(Code::TooSlow, detail)
}

fn writes(said: &str) -> SourceError {
    let detail = format!("The query tries to change something there: {said}.");
    SourceError::permanent(Code::QueryWrites, detail)
}

fn failed(said: &str) -> SourceError {
    let detail = format!("The database could not do the query: {said}.");
    SourceError::permanent(Code::QueryFailed, detail)
}

/// A database's own words, on one line and not too long, without a full stop.
pub(crate) fn words(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    let line = line.join(" ");
    let short: String = line.chars().take(WORDS).collect();
    short.trim_end_matches(['.', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn why_a_statement_failed_has_a_code() {
        for (state, code) in [
            ("42P01", "source_table"),
            ("42703", "source_column"),
            ("42501", "source_permission"),
            ("57014", "too_slow"),
            ("25006", "query_writes"),
            ("42601", "query_failed"),
            ("08006", "broken_off"),
        ] {
            let error = HostError::Query {
                code: Some(state.to_owned()),
                text: "a\nb.".to_owned(),
            };
            assert_eq!(SourceError::of(Kind::Postgres, &error).code.as_str(), code);
        }
        for (number, code) in [
            (1146, "source_table"),
            (1054, "source_column"),
            (1142, "source_permission"),
            (1969, "too_slow"),
            (3024, "too_slow"),
            (1792, "query_writes"),
            (1064, "query_failed"),
        ] {
            let text = format!(
                "Server(ServerError {{ code: {number}, message: \"It \\\"is\\\" so\", state: \"42000\" }})"
            );
            let error = HostError::Query { code: None, text };
            let error = SourceError::of(Kind::Mysql, &error);
            assert_eq!(error.code.as_str(), code);
            assert!(!error.detail.contains("ServerError"), "{}", error.detail);
        }
        // As they come with rows, by an older and a newer driver.
        for (text, code) in [
            (
                "Server error: `ERROR 70100 (1969): Query was interrupted: execution time limit 60 sec exceeded'",
                "too_slow",
            ),
            (
                "Server error: `ERROR 1969 (70100): Query was interrupted: execution time limit 60 sec exceeded'",
                "too_slow",
            ),
            (
                "Server error: `ERROR 22003 (1690): BIGINT value is out of range in 'a'",
                "query_failed",
            ),
            (
                "query result exceeds limit of 134217728 bytes",
                "result_too_large",
            ),
            ("Cannot convert value ada@example.com", "column_unreadable"),
            ("connection closed", "broken_off"),
        ] {
            let error = SourceError::of(Kind::Mysql, &HostError::Other(text.to_owned()));
            assert_eq!(error.code.as_str(), code, "{text}");
            assert!(
                !error.detail.contains("ERROR") && !error.detail.contains("ada@"),
                "{}",
                error.detail
            );
        }
    }
}
