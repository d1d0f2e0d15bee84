//! Connectors: how other databases are reached, whose rows schedules import.

use crate::Code;
use crate::define::{Settings, settings};
use crate::error::{Invalid, excerpt};
use crate::id::ConnectorId;
use crate::readers::{choice, name_text, text_of};
use crate::schedule::SecretChange;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Host;

/// The most connectors.
pub const MAX_CONNECTORS: i64 = 100;
/// The longest name of a user or database, and the longest password, in bytes.
pub const MAX_TEXT_BYTES: usize = 1024;
/// The largest certificate of an authority, in bytes.
pub const MAX_CA_BYTES: usize = 64 * 1024;

/// What speaks at the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// PostgreSQL, and what speaks its protocol.
    Postgres,
    /// MySQL or MariaDB.
    Mysql,
}

impl Kind {
    /// The name, as in JSON and as the scheme of an address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Postgres => "postgres",
            Kind::Mysql => "mysql",
        }
    }

    /// The port where none is said.
    pub const fn port(self) -> u16 {
        match self {
            Kind::Postgres => 5432,
            Kind::Mysql => 3306,
        }
    }

    /// A name as it stands in a statement, whatever it holds.
    pub fn quoted(self, name: &str) -> String {
        match self {
            Kind::Postgres => format!("\"{}\"", name.replace('"', "\"\"")),
            Kind::Mysql => format!("`{}`", name.replace('`', "``")),
        }
    }
}

/// Whether the way there is encrypted.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Tls {
    /// It is, and the certificate must be good: hosts check it anyway.
    #[default]
    Require,
    /// It is, and the certificate must be good.
    Verify,
    /// It is not. Passwords and people are read by anybody on the way.
    Off,
}

settings! {
    /// What people choose for a connector. The secret is kept apart.
    #[derive(Eq)]
    #[schema(example = json!({
        "name": "shop", "kind": "postgres", "address": "db.example.org", "database": "shop",
        "user": "roster"
    }))]
    pub struct ConnectorSettings {
        /// 1 to 200 characters, unique among connectors.
        #[schema(max_length = 200, example = "shop")]
        pub name: String = needed(name_text),
        /// What speaks there: `postgres` or `mysql` (MariaDB too).
        pub kind: Kind = needed(kind),
        /// `host` or `host:port`; the variable `sql_hosts` must allow it.
        #[schema(example = "db.example.org:5432")]
        pub address: String = needed(address),
        /// The name of the database.
        #[schema(example = "shop")]
        pub database: String = needed(plain),
        /// Who signs in there. One who may only read is enough.
        #[schema(example = "roster")]
        pub user: String = needed(plain),
        /// `require` and `verify`: encrypted, the certificate is checked; `off`: neither.
        pub tls: Tls = never_null(Tls::Require, tls),
        /// The certificate of an authority that signed the server's, in PEM; for PostgreSQL.
        /// Without it those are trusted that the host trusts.
        pub ca: Option<String> = optional(None, |value| ca(value).map(Some)),
    }
}

/// A connector as it is known; its secret is no part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connector {
    /// Its id.
    pub id: ConnectorId,
    /// What was chosen for it.
    pub settings: ConnectorSettings,
}

impl ConnectorSettings {
    /// Reads a new connector, and its secret.
    ///
    /// Codes: `required`, `not_an_option`, `invalid_address`, `invalid_name`, `invalid_secret`,
    /// `invalid_certificate`, `not_supported`.
    ///
    /// # Errors
    /// All that is wrong.
    pub fn create(body: &Value) -> Result<(Self, SecretChange), Vec<Invalid>> {
        let (rest, secret) = split(body);
        let settings = <Self as Settings>::create(&rest);
        Self::with_secret(settings, secret)
    }

    /// The connector as a JSON merge patch changes it, and what becomes of its secret. One that
    /// leads elsewhere, for another user or less safely must bring the secret along, or somebody
    /// who may not see it could have it sent to themselves.
    ///
    /// Codes: as [`ConnectorSettings::create`], and `secret_needed`.
    ///
    /// # Errors
    /// All that is wrong.
    pub fn patch(&self, patch: &Value) -> Result<(Self, SecretChange), Vec<Invalid>> {
        let (rest, secret) = split(patch);
        let settings = Settings::patch(self, &rest);
        let (settings, secret) = Self::with_secret(settings, secret)?;
        let way = |of: &Self| (of.kind, of.host_and_port(), of.user.clone(), of.ca.clone());
        let bared = self.tls != Tls::Off && settings.tls == Tls::Off;
        if secret == SecretChange::Keep && (bared || way(&settings) != way(self)) {
            let detail = "The secret must be given again for another address or user, or another way there; null for none.";
            return Err(vec![Invalid::new(Code::SecretNeeded, detail).at("secret")]);
        }
        Ok((settings, secret))
    }

    /// Which database it leads to: what was read at one means nothing at another.
    pub fn target(&self) -> Value {
        let (host, port) = self.host_and_port();
        json!([self.kind, host, port, self.database])
    }

    fn with_secret(
        settings: Result<Self, Vec<Invalid>>,
        secret: Result<SecretChange, Invalid>,
    ) -> Result<(Self, SecretChange), Vec<Invalid>> {
        let secret = secret.map_err(|invalid| invalid.at("secret"));
        match (settings, secret) {
            (Ok(settings), Ok(secret)) => {
                if settings.ca.is_some() && settings.kind == Kind::Mysql {
                    let detail = "Hosts trust for MySQL what they trust themselves: leave ca out, and let the operator add the certificate to the host's.";
                    return Err(vec![Invalid::new(Code::NotSupported, detail).at("ca")]);
                }
                if settings.kind == Kind::Postgres && settings.host_and_port().0.contains(':') {
                    let detail = "Hosts reach PostgreSQL at an IPv6 address by a name alone: give one that resolves to it.";
                    return Err(vec![
                        Invalid::new(Code::InvalidAddress, detail).at("address"),
                    ]);
                }
                Ok((settings, secret))
            }
            (Err(mut wrong), secret) => {
                wrong.extend(secret.err());
                Err(wrong)
            }
            (Ok(_), Err(invalid)) => Err(vec![invalid]),
        }
    }

    /// The host, an IPv6 address without brackets, and the port.
    pub fn host_and_port(&self) -> (String, u16) {
        // It was read before it was kept.
        parts(&self.address).map_or_else(
            |_| (self.address.clone(), self.kind.port()),
            |(host, port)| (host, port.unwrap_or(self.kind.port())),
        )
    }
}

/// The body without its secret, and the secret.
fn split(body: &Value) -> (Value, Result<SecretChange, Invalid>) {
    let mut rest = body.clone();
    let given = rest
        .as_object_mut()
        .and_then(|members| members.remove("secret"));
    let secret = match &given {
        None => Ok(SecretChange::Keep),
        Some(Value::Null) => Ok(SecretChange::Clear),
        Some(value) => password(value).map(SecretChange::Set),
    };
    (rest, secret)
}

fn kind(value: &Value) -> Result<Kind, Invalid> {
    choice(
        value,
        &[("postgres", Kind::Postgres), ("mysql", Kind::Mysql)],
    )
}

fn tls(value: &Value) -> Result<Tls, Invalid> {
    choice(
        value,
        &[
            ("require", Tls::Require),
            ("verify", Tls::Verify),
            ("off", Tls::Off),
        ],
    )
}

fn address(value: &Value) -> Result<String, Invalid> {
    let text = text_of(value)?.trim();
    parts(text).map(|_| text.to_owned())
}

/// The host and the port of `host`, `host:port` or `[IPv6]:port`.
fn parts(text: &str) -> Result<(String, Option<u16>), Invalid> {
    let wrong = || {
        let detail = format!(
            "{} is no address. It must be like db.example.org or 10.0.0.7:5433, without a scheme.",
            excerpt(text)
        );
        Invalid::new(Code::InvalidAddress, detail)
    };
    let end = text.rfind(']').map_or(0, |at| at + 1);
    let (host, port) = match text.get(end..).and_then(|tail| tail.rfind(':')) {
        Some(at) => {
            let (host, port) = text.split_at(end + at);
            let port: u16 = port
                .get(1..)
                .and_then(|p| p.parse().ok())
                .ok_or_else(wrong)?;
            (
                host,
                Some(port)
                    .filter(|port| *port > 0)
                    .map(Some)
                    .ok_or_else(wrong)?,
            )
        }
        None => (text, None),
    };
    // A comma would name several hosts in the address that a driver reads.
    if text.len() > 300 || host.is_empty() || host.contains(',') {
        return Err(wrong());
    }
    let host = match Host::parse(host).map_err(|_| wrong())? {
        Host::Domain(name) => name,
        Host::Ipv4(ip) => ip.to_string(),
        Host::Ipv6(ip) => ip.to_string(),
    };
    Ok((host, port))
}

fn plain(value: &Value) -> Result<String, Invalid> {
    let text = text_of(value)?;
    if text.is_empty() || text.len() > MAX_TEXT_BYTES || text.chars().any(char::is_control) {
        let detail = format!(
            "This must be a name of 1 to {MAX_TEXT_BYTES} bytes without control characters."
        );
        return Err(Invalid::new(Code::InvalidName, detail));
    }
    Ok(text.to_owned())
}

/// A password. The message does not quote it.
fn password(value: &Value) -> Result<String, Invalid> {
    let text = text_of(value)?;
    if text.is_empty() || text.len() > MAX_TEXT_BYTES || text.contains('\0') {
        let detail = format!("The secret must be a password of 1 to {MAX_TEXT_BYTES} bytes.");
        return Err(Invalid::new(Code::InvalidSecret, detail));
    }
    Ok(text.to_owned())
}

fn ca(value: &Value) -> Result<String, Invalid> {
    let text = text_of(value)?.trim();
    let begins = text.starts_with("-----BEGIN CERTIFICATE-----");
    if !begins || !text.ends_with("-----END CERTIFICATE-----") || text.len() > MAX_CA_BYTES {
        let detail = "This must be a root certificate in PEM of up to 64 KiB, from -----BEGIN CERTIFICATE----- on.";
        return Err(Invalid::new(Code::InvalidCertificate, detail));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop() -> Value {
        json!({
            "name": "shop", "kind": "postgres", "address": "db.example.org", "database": "shop",
            "user": "roster", "secret": "p w"
        })
    }

    fn with(member: &str, value: Value) -> Value {
        let mut body = shop();
        body[member] = value;
        body
    }

    #[test]
    fn addresses_have_a_host_and_a_port() {
        for (text, host, port) in [
            ("db.example.org", "db.example.org", 5432),
            ("DB.example.org:5433", "db.example.org", 5433),
            ("10.0.0.7", "10.0.0.7", 5432),
            ("bücher.example", "xn--bcher-kva.example", 5432),
        ] {
            let (read, _) = ConnectorSettings::create(&with("address", json!(text))).unwrap();
            assert_eq!(read.host_and_port(), (host.to_owned(), port), "{text}");
        }
        let mut mysql = with("address", json!("[::1]"));
        let wrong = ConnectorSettings::create(&mysql).unwrap_err();
        assert_eq!(wrong[0].code.as_str(), "invalid_address");
        mysql["kind"] = json!("mysql");
        let (read, _) = ConnectorSettings::create(&mysql).unwrap();
        assert_eq!(read.host_and_port(), ("::1".to_owned(), 3306));
        for text in [
            "",
            "a b",
            "a:0",
            "a:x",
            "a:70000",
            "postgres://a",
            "a/b",
            "u@a",
            "/tmp/x",
            "a,b",
        ] {
            let wrong = ConnectorSettings::create(&with("address", json!(text))).unwrap_err();
            assert_eq!(wrong[0].code.as_str(), "invalid_address", "{text}");
        }
    }

    #[test]
    fn a_secret_stays_where_it_goes_the_same_way_only() {
        let (shop, secret) = ConnectorSettings::create(&shop()).unwrap();
        assert_eq!(secret, SecretChange::Set("p w".to_owned()));
        for patch in [
            json!({"name": "x"}),
            json!({"database": "x"}),
            json!({"tls": "verify"}),
        ] {
            assert_eq!(shop.patch(&patch).unwrap().1, SecretChange::Keep);
        }
        for patch in [
            json!({"address": "evil.example"}),
            json!({"address": "db.example.org:1"}),
            json!({"user": "x"}),
            json!({"kind": "mysql"}),
            json!({"tls": "off"}),
        ] {
            let wrong = shop.patch(&patch).unwrap_err();
            assert_eq!(wrong[0].code.as_str(), "secret_needed", "{patch}");
            let mut patch = patch;
            patch["secret"] = Value::Null;
            assert_eq!(shop.patch(&patch).unwrap().1, SecretChange::Clear);
        }
    }

    #[test]
    fn all_that_is_wrong_is_said_with_its_place() {
        let body = json!({"name": "", "kind": "oracle", "address": 1, "secret": "", "ca": "x"});
        let wrong = ConnectorSettings::create(&body).unwrap_err();
        let places: Vec<&str> = wrong.iter().map(|one| one.pointer.as_str()).collect();
        assert_eq!(
            places,
            [
                "/name",
                "/kind",
                "/address",
                "/database",
                "/user",
                "/ca",
                "/secret"
            ]
        );
        let mut body = with(
            "ca",
            json!("-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----"),
        );
        body["kind"] = json!("mysql");
        let wrong = ConnectorSettings::create(&body).unwrap_err();
        assert_eq!(wrong[0].code.as_str(), "not_supported");
    }
}
