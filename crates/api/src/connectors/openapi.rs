//! What the OpenAPI document says of the bodies of connectors, whose secret is kept apart from
//! their settings.

use roster_model::connector::{Kind, Tls};
use utoipa::ToSchema;

/// A new connector.
#[derive(ToSchema)]
#[schema(example = json!({
    "name": "shop", "kind": "postgres", "address": "db.example.org", "database": "shop",
    "user": "roster", "tls": "off"
}))]
#[allow(dead_code, reason = "describes ConnectorSettings::create")]
pub(crate) struct NewConnector {
    /// 1 to 200 characters, unique among connectors.
    #[schema(max_length = 200)]
    name: String,
    /// What speaks there: `postgres` or `mysql` (MariaDB too).
    kind: Kind,
    /// `host` or `host:port`; the variable `sql_hosts` must allow it.
    address: String,
    /// The name of the database.
    #[schema(max_length = 1024)]
    database: String,
    /// Who signs in there. One who may only read is enough.
    #[schema(max_length = 1024)]
    user: String,
    /// The password. It is kept sealed under the variable `secrets_key`, and never shown.
    #[schema(max_length = 1024)]
    secret: Option<String>,
    /// `require` and `verify`: encrypted, the certificate is checked; `off`: neither. `require`
    /// if absent.
    #[schema(nullable = false)]
    tls: Option<Tls>,
    /// The certificate of an authority that signed the server's, in PEM; for PostgreSQL.
    ca: Option<String>,
}

/// Changed settings: what is absent stays.
#[derive(ToSchema)]
#[schema(example = json!({"tls": "verify"}))]
#[allow(dead_code, reason = "describes ConnectorSettings::patch")]
pub(crate) struct ConnectorPatch {
    /// 1 to 200 characters, unique among connectors.
    #[schema(max_length = 200, nullable = false)]
    name: Option<String>,
    /// What speaks there.
    #[schema(nullable = false)]
    kind: Option<Kind>,
    /// `host` or `host:port`.
    #[schema(nullable = false)]
    address: Option<String>,
    /// The name of the database.
    #[schema(max_length = 1024, nullable = false)]
    database: Option<String>,
    /// Who signs in there.
    #[schema(max_length = 1024, nullable = false)]
    user: Option<String>,
    /// The password; `null` for none. It must come along with another address, kind, user or ca,
    /// and where encryption is turned off.
    #[schema(max_length = 1024)]
    secret: Option<String>,
    /// Whether the way there is encrypted.
    #[schema(nullable = false)]
    tls: Option<Tls>,
    /// The certificate of an authority, in PEM; `null` for none.
    ca: Option<String>,
}
