//! The address of a database as hosts take it.

use roster_model::connector::{ConnectorSettings, Kind, Tls};

/// The URL by which a host connects: it holds the secret, and is never shown.
pub fn address(connector: &ConnectorSettings, secret: Option<&str>) -> String {
    let (host, port) = connector.host_and_port();
    let host = match host.contains(':') {
        true => format!("[{host}]"),
        false => host,
    };
    let way = match (connector.kind, connector.tls) {
        (Kind::Postgres, Tls::Off) => "sslmode=disable&application_name=roster",
        (Kind::Postgres, Tls::Require | Tls::Verify) => "sslmode=require&application_name=roster",
        (Kind::Mysql, Tls::Off) => "",
        (Kind::Mysql, Tls::Require | Tls::Verify) => "ssl-mode=verify_identity",
    };
    format!(
        "{}://{}:{}@{host}:{port}/{}?{way}",
        connector.kind.as_str(),
        escaped(&connector.user),
        escaped(secret.unwrap_or_default()),
        escaped(&connector.database),
    )
    .trim_end_matches('?')
    .to_owned()
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
            "name": "a", "kind": "postgres", "address": "[::1]:5433", "database": "a/b?c",
            "user": "ä@x"
        });
        let (connector, _) = ConnectorSettings::create(&body).unwrap();
        let address = address(&connector, Some("p:w/@?#% ü"));
        let url = Url::parse(&address).unwrap();
        assert_eq!(url.port(), Some(5433));
        assert_eq!(url.path(), "/a%2Fb%3Fc");
        assert_eq!(url.username(), "%C3%A4%40x");
        assert_eq!(url.password(), Some("p%3Aw%2F%40%3F%23%25%20%C3%BC"));
        assert_eq!(url.query(), Some("sslmode=require&application_name=roster"));
    }
}
