//! Why a source can't be read: what hosts say, in words of ours with a stable code.

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

    /// What a error of a database of a kind comes to.
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

/// Hosts tell why no connection came about as text alone; it holds no secret, yet much that
/// says nothing to people.
fn connecting(text: &str) -> SourceError {
    // Hosts that run with RUST_BACKTRACE add the names of their functions.
    let text = text.split("Stack backtrace:").next().unwrap_or(text);
    let low = text.to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| low.contains(part));
    if has(&["destination-not-allowed", "allowed_outbound_hosts"])
        || has(&["address "]) && has(&["is not permitted"])
    {
        return SourceError::permanent(
            Code::HostNotAllowed,
            "The host of the application doesn't let it connect there: allowed_outbound_hosts of the component jobs must name the address.",
        );
    }
    let number = number(text);
    if has(&[
        "password authentication failed",
        "access denied for user",
        "password missing",
    ]) && number != Some(1044)
        && !has(&["to database"])
    {
        return SourceError::permanent(
            Code::SourcePassword,
            "The database does not let this user in with this secret.",
        );
    }
    if matches!(number, Some(1044 | 1142))
        || has(&["access denied"]) && has(&["to database"])
        || has(&[
            "permission denied for database",
            "is not permitted to log in",
        ])
    {
        return SourceError::permanent(
            Code::SourcePermission,
            "The user may not use this database: grant it SELECT there.",
        );
    }
    // PostgreSQL's hosts hand on its words alone.
    let missing = low.contains("database") && low.contains("does not exist");
    if missing || has(&["unknown database"]) {
        return SourceError::permanent(
            Code::SourceDatabase,
            "The server has no database of this name.",
        );
    }
    if has(&["certificate", "tls", "ssl", "handshake"]) && !has(&["pg_hba"]) {
        let detail = format!(
            "The encrypted connection did not come about: {}.",
            words(text)
        );
        return SourceError::permanent(Code::SourceTls, detail);
    }
    if has(&["unknown authentication plugin"]) {
        return SourceError::permanent(
            Code::SourcePassword,
            "The host can't sign in the way that the server wants it of this user: have the user sign in with a password (caching_sha2_password or mysql_native_password).",
        );
    }
    if has(&["pg_hba", "not allowed to connect"]) {
        return SourceError::temporary(
            Code::SourceRefused,
            "The server lets nobody in from here under this name: its access rules say so.",
        );
    }
    if has(&[
        "too many",
        "connection slots",
        "starting up",
        "shutting down",
    ]) || matches!(number, Some(1040 | 1203 | 1226))
    {
        return SourceError::temporary(
            Code::SourceRefused,
            "The server takes no connection now: it is full, starting or stopping.",
        );
    }
    if has(&["refused"]) {
        return SourceError::temporary(
            Code::SourceRefused,
            "The connection was refused: nothing listens at this address and port.",
        );
    }
    SourceError::temporary(
        Code::SourceUnreachable,
        "The server can't be reached: it does not answer, or its name is not known.",
    )
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
fn number(text: &str) -> Option<u32> {
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
fn words(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    let line = line.join(" ");
    let short: String = line.chars().take(WORDS).collect();
    short.trim_end_matches(['.', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn why_no_connection_came_about_has_a_code() {
        for (text, code, again) in [
            (
                "Error occurred while creating a new object: error connecting to server: Connection refused (os error 111)",
                "source_refused",
                true,
            ),
            (
                "error connecting to server: failed to lookup address information: Name or service not known",
                "source_unreachable",
                true,
            ),
            ("Timeout(Create)", "source_unreachable", true),
            (
                "connecting took longer than 10s\n\nStack backtrace:\n   1: rustls::handshake",
                "source_unreachable",
                true,
            ),
            (
                "db error: FATAL: password authentication failed for user \"a\"",
                "source_password",
                false,
            ),
            (
                "db error: FATAL: database \"x\" does not exist",
                "source_database",
                false,
            ),
            (
                "db error: FATAL: permission denied for database \"x\"",
                "source_permission",
                false,
            ),
            (
                "db error: FATAL: role \"x\" is not permitted to log in",
                "source_permission",
                false,
            ),
            (
                "db error: FATAL: no pg_hba.conf entry for host \"::1\", no encryption",
                "source_refused",
                true,
            ),
            (
                "db error: FATAL: sorry, too many clients already",
                "source_refused",
                true,
            ),
            (
                "db error: FATAL: remaining connection slots are reserved for roles with the SUPERUSER attribute",
                "source_refused",
                true,
            ),
            (
                "error performing TLS handshake: invalid peer certificate: UnknownIssuer",
                "source_tls",
                false,
            ),
            (
                "error performing TLS handshake: server does not support TLS",
                "source_tls",
                false,
            ),
            (
                "address postgres://db.example:5432 is not permitted",
                "host_not_allowed",
                false,
            ),
            (
                "Server error: `ERROR 28000 (1045): Access denied for user 'a'@'b' (using password: YES)'",
                "source_password",
                false,
            ),
            (
                "Server error: `ERROR 1045 (28000): Access denied for user 'a'@'b' (using password: YES)'",
                "source_password",
                false,
            ),
            (
                "Server error: `ERROR 42000 (1044): Access denied for user 'a'@'%' to database 'x''",
                "source_permission",
                false,
            ),
            (
                "Server error: `ERROR 42000 (1049): Unknown database 'x''",
                "source_database",
                false,
            ),
            (
                "Server error: `ERROR 42000 (1226): User 'a' has exceeded the 'max_user_connections' resource'",
                "source_refused",
                true,
            ),
            (
                "Driver error: `Unknown authentication plugin `ed25519'.'",
                "source_password",
                false,
            ),
        ] {
            for kind in [Kind::Postgres, Kind::Mysql] {
                let error = SourceError::of(kind, &HostError::Connecting(text.to_owned()));
                assert_eq!((error.code.as_str(), error.retry), (code, again), "{text}");
                assert!(error.detail.ends_with('.'), "{}", error.detail);
            }
        }
    }

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
