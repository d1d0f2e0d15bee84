//! Why a source can't be read: what hosts say, in words of ours with a stable code.

use crate::link::Fault;
use roster_model::Code;
use roster_model::connector::Kind;

/// The most of a database's own words that is passed on, in characters.
const WORDS: usize = 300;

/// Why a source can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// A stable code.
    pub code: Code,
    /// A sentence for people.
    pub detail: String,
    /// Whether it may be better later.
    pub again: bool,
}

impl Failure {
    pub(crate) fn for_good(code: Code, detail: impl Into<String>) -> Self {
        Failure {
            code,
            detail: detail.into(),
            again: false,
        }
    }

    fn for_now(code: Code, detail: impl Into<String>) -> Self {
        Failure {
            again: true,
            ..Self::for_good(code, detail)
        }
    }

    /// What a fault of a database of a kind comes to.
    #[must_use]
    pub fn of(kind: Kind, fault: &Fault) -> Self {
        match fault {
            Fault::Connecting(text) => connecting(text),
            Fault::Query { code, text } => match kind {
                Kind::Postgres => postgres(code.as_deref().unwrap_or_default(), text),
                Kind::Mysql => mysql(text),
            },
            // A server's own words may come this way too.
            Fault::Other(text) if kind == Kind::Mysql && text.contains("ServerError") => {
                mysql(text)
            }
            Fault::Other(text) => {
                let detail = format!("The connection broke off: {}.", words(text));
                Failure::for_now(Code::BrokenOff, detail)
            }
        }
    }
}

/// Hosts tell why no connection came about as text alone; it holds no secret, yet much that
/// says nothing to people.
fn connecting(text: &str) -> Failure {
    // Hosts that run with RUST_BACKTRACE add the names of their functions.
    let text = text.split("Stack backtrace:").next().unwrap_or(text);
    let low = text.to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| low.contains(part));
    if has(&[
        "destinationnotallowed",
        "destination-not-allowed",
        "not permitted",
        "not allowed by",
        "allowed_outbound_hosts",
    ]) {
        return Failure::for_good(
            Code::HostNotAllowed,
            "The host of the application doesn't let it connect there: allowed_outbound_hosts of the component jobs must name the address.",
        );
    }
    if has(&[
        "28p01",
        "password authentication failed",
        "code: 1045",
        "access denied for user",
        "password missing",
        "28000 (1045)",
    ]) && !has(&["code: 1044", "to database"])
    {
        return Failure::for_good(
            Code::SourcePassword,
            "The database does not let this user in with this secret.",
        );
    }
    if has(&["code: 1044", "(1044)", "code: 1142"])
        || has(&["access denied"]) && has(&["to database"])
    {
        return Failure::for_good(
            Code::SourcePermission,
            "The user may not use this database: grant it SELECT there.",
        );
    }
    // PostgreSQL's hosts hand on its words alone.
    let missing = low.contains("database") && low.contains("does not exist");
    if missing || has(&["3d000", "unknown database", "code: 1049"]) {
        return Failure::for_good(
            Code::SourceDatabase,
            "The server has no database of this name.",
        );
    }
    if has(&["certificate", "tls", "ssl", "handshake"]) && !has(&["pg_hba"]) {
        let detail = format!(
            "The encrypted connection did not come about: {}.",
            words(text)
        );
        return Failure::for_good(Code::SourceTls, detail);
    }
    if has(&[
        "pg_hba",
        "e28000",
        "28000",
        "code: 1130",
        "not allowed to connect",
    ]) {
        return Failure::for_now(
            Code::SourceRefused,
            "The server lets nobody in from here under this name: its access rules say so.",
        );
    }
    if has(&[
        "53300",
        "too many",
        "57p03",
        "starting up",
        "shutting down",
        "code: 1040",
        "code: 1203",
    ]) {
        return Failure::for_now(
            Code::SourceRefused,
            "The server takes no connection now: it is full, starting or stopping.",
        );
    }
    if has(&["refused"]) {
        return Failure::for_now(
            Code::SourceRefused,
            "The connection was refused: nothing listens at this address and port.",
        );
    }
    Failure::for_now(
        Code::SourceUnreachable,
        "The server can't be reached: it does not answer, or its name is not known.",
    )
}

/// What an SQLSTATE means (PostgreSQL's documentation, appendix A).
fn postgres(state: &str, text: &str) -> Failure {
    let said = words(text);
    let class = state.get(..2).unwrap_or_default();
    match state {
        "42P01" | "3F000" => Failure::for_good(
            Code::SourceTable,
            format!("There is no such table: {said}."),
        ),
        "42703" => Failure::for_good(
            Code::SourceColumn,
            format!("There is no such column: {said}."),
        ),
        "42501" => Failure::for_good(
            Code::SourcePermission,
            format!("The user may not read this: {said}."),
        ),
        "57014" => too_slow(),
        "25006" => writes(&said),
        "0A000" if text.contains("data-modifying") => writes(&said),
        "57P01" | "57P02" | "57P03" => Failure::for_now(
            Code::SourceRefused,
            format!("The server is stopping or starting: {said}."),
        ),
        "" => Failure::for_now(
            Code::BrokenOff,
            format!("The connection broke off: {said}."),
        ),
        _ => match class {
            "08" | "40" | "53" | "58" => {
                Failure::for_now(Code::BrokenOff, format!("The server gave up: {said}."))
            }
            _ => failed(&said),
        },
    }
}

/// What a number of MySQL or MariaDB means.
fn mysql(text: &str) -> Failure {
    let message = text.split_once("message: \"").map_or(text, |(_, rest)| {
        rest.split("\", state").next().unwrap_or(rest)
    });
    let said = words(message);
    match number(text) {
        Some(1146) => Failure::for_good(
            Code::SourceTable,
            format!("There is no such table: {said}."),
        ),
        Some(1054) => Failure::for_good(
            Code::SourceColumn,
            format!("There is no such column: {said}."),
        ),
        Some(1044 | 1142 | 1143 | 1227) => Failure::for_good(
            Code::SourcePermission,
            format!("The user may not read this: {said}."),
        ),
        Some(1049) => Failure::for_good(
            Code::SourceDatabase,
            "The server has no database of this name.",
        ),
        Some(3024 | 1969 | 1317) => too_slow(),
        Some(1792 | 1290) => writes(&said),
        Some(1040 | 1053 | 1203 | 1205 | 1213) => {
            Failure::for_now(Code::BrokenOff, format!("The server gave up: {said}."))
        }
        Some(_) => failed(&said),
        None => Failure::for_now(
            Code::BrokenOff,
            format!("The connection broke off: {said}."),
        ),
    }
}

/// The number of an error of MySQL in what the host says.
fn number(text: &str) -> Option<u32> {
    let (_, rest) = text.split_once("code: ")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn too_slow() -> Failure {
    let seconds = crate::STATEMENT_SECONDS;
    let detail = format!(
        "The database took more than {seconds} s for one page: an index on the key, or on the \
         watermark, would help, and so would fewer page_rows."
    );
    Failure::for_now(Code::TooSlow, detail)
}

fn writes(said: &str) -> Failure {
    let detail = format!("The query tries to change something there: {said}.");
    Failure::for_good(Code::QueryWrites, detail)
}

fn failed(said: &str) -> Failure {
    let detail = format!("The database could not do the query: {said}.");
    Failure::for_good(Code::QueryFailed, detail)
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
                "Error { kind: Connect, cause: Some(Os { code: 111, kind: ConnectionRefused, message: \"Connection refused\" }) }",
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
                "Db, cause: Some(DbError { severity: \"FATAL\", code: SqlState(E28P01), message: \"password authentication failed for user \\\"a\\\"\" })",
                "source_password",
                false,
            ),
            (
                "DbError { code: SqlState(E3D000), message: \"database \\\"x\\\" does not exist\" }",
                "source_database",
                false,
            ),
            (
                "DbError { code: SqlState(E28000), message: \"no pg_hba.conf entry for host \\\"::1\\\", no encryption\" }",
                "source_refused",
                true,
            ),
            (
                "DbError { code: SqlState(E53300), message: \"sorry, too many clients already\" }",
                "source_refused",
                true,
            ),
            (
                "Tls, cause: Some(invalid peer certificate: UnknownIssuer)",
                "source_tls",
                false,
            ),
            (
                "error performing TLS handshake: server does not support TLS",
                "source_tls",
                false,
            ),
            (
                "Server(ServerError { code: 1045, message: \"Access denied for user 'a'@'b' (using password: YES)\", state: \"28000\" })",
                "source_password",
                false,
            ),
            (
                "Server(ServerError { code: 1044, message: \"Access denied for user 'a'@'%' to database 'x'\", state: \"42000\" })",
                "source_permission",
                false,
            ),
            (
                "Server(ServerError { code: 1049, message: \"Unknown database 'x'\", state: \"42000\" })",
                "source_database",
                false,
            ),
        ] {
            for kind in [Kind::Postgres, Kind::Mysql] {
                let failure = Failure::of(kind, &Fault::Connecting(text.to_owned()));
                assert_eq!(
                    (failure.code.as_str(), failure.again),
                    (code, again),
                    "{text}"
                );
                assert!(failure.detail.ends_with('.'), "{}", failure.detail);
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
            let fault = Fault::Query {
                code: Some(state.to_owned()),
                text: "a\nb.".to_owned(),
            };
            assert_eq!(Failure::of(Kind::Postgres, &fault).code.as_str(), code);
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
            let fault = Fault::Query { code: None, text };
            let failure = Failure::of(Kind::Mysql, &fault);
            assert_eq!(failure.code.as_str(), code);
            assert!(
                !failure.detail.contains("ServerError"),
                "{}",
                failure.detail
            );
        }
    }
}
