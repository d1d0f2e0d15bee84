//! Why no connection came about: hosts hand on the words of drivers and servers alone.

use crate::SourceError;
use crate::error::{number, words};
use roster_model::Code;

/// Hosts tell why no connection came about as text alone; it holds no secret, yet much that
/// says nothing to people.
pub(crate) fn connecting(text: &str) -> SourceError {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::HostError;
    use roster_model::connector::Kind;

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
}
