//! The address of a database as hosts take it.

use roster_model::connector::{ConnectorSettings, Kind, Tls};

/// Hosts keep connections, and some of them ask for ever whether one that is dead still works:
/// in seconds.
const POSTGRES_OPTIONS: &str =
    "application_name=roster&connect_timeout=8&tcp_user_timeout=8&keepalives_idle=60";

/// The driver would leave an open connection for a socket that the server names, on whatever
/// machine the host is. The other is in milliseconds.
const MYSQL_OPTIONS: &str = "prefer_socket=false&tcp_keepalive=60000";

/// The URL by which a host connects: it holds the secret, and is never shown.
pub fn address(connector: &ConnectorSettings, secret: Option<&str>) -> String {
    let (host, port) = connector.host_and_port();
    let host = match host.contains(':') {
        true => format!("[{host}]"),
        false => host,
    };
    let tls = match (connector.kind, connector.tls) {
        (Kind::Postgres, Tls::Off) => "sslmode=disable",
        (Kind::Postgres, Tls::Require | Tls::Verify) => "sslmode=require",
        (Kind::Mysql, Tls::Off) => "ssl-mode=disabled",
        (Kind::Mysql, Tls::Require | Tls::Verify) => "ssl-mode=verify_identity",
    };
    let options = match connector.kind {
        Kind::Postgres => POSTGRES_OPTIONS,
        Kind::Mysql => MYSQL_OPTIONS,
    };
    format!(
        "{}://{}:{}@{host}:{port}/{}?{tls}&{options}",
        connector.kind.as_str(),
        escaped(&connector.user),
        escaped(secret.unwrap_or_default()),
        escaped(&connector.database),
    )
}

/// A text as a part of a URL: all but letters, digits and a few marks become `%` and two
/// digits (RFC 3986).
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use url::Url;

    #[test]
    fn names_and_secrets_stay_what_they_are() {
        let body = json!({
            "name": "a", "kind": "postgres", "address": "db.example:5433", "database": "a/b?c",
            "user": "ä@x"
        });
        let (connector, _) = ConnectorSettings::create(&body).unwrap();
        let address = address(&connector, Some("p:w/@?#% ü"));
        let url = Url::parse(&address).unwrap();
        assert_eq!(url.port(), Some(5433));
        assert_eq!(url.path(), "/a%2Fb%3Fc");
        assert_eq!(url.username(), "%C3%A4%40x");
        assert_eq!(url.password(), Some("p%3Aw%2F%40%3F%23%25%20%C3%BC"));
        assert!(
            url.query()
                .is_some_and(|query| query.starts_with("sslmode=require&"))
        );
    }
}
