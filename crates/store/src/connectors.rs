//! Connectors: how other databases are reached. The functions that write are parts of a
//! transaction.

use roster_model::connector::{Connector, ConnectorSettings};
use roster_model::history::{Change, Noun};
use roster_model::{ConnectorId, Timestamp};
use serde_json::Value;

use crate::catalogue::Author;
use crate::define::Subject;
use crate::packed::corrupt;
use crate::schedules::StoredSecret;
use crate::{Cell, Error, Row, Sql};

/// A connector with everything that is kept of it.
#[derive(Clone, Debug)]
pub struct ConnectorRow {
    /// Counts its changes from 1.
    pub revision: i64,
    /// The connector.
    pub connector: Connector,
    /// The password, as it is kept: sealed.
    pub secret: Option<StoredSecret>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// One connector.
///
/// # Errors
/// As [`Sql::query`].
pub async fn get(sql: &impl Sql, id: ConnectorId) -> Result<Option<ConnectorRow>, Error> {
    let parameters = vec![Cell::Integer(id.get())];
    let rows = sql
        .query(include_str!("sql/connectors/get.sql"), parameters)
        .await?;
    rows.into_iter().next().map(read).transpose()
}

/// All connectors in order of creation; they are few, see
/// [`roster_model::connector::MAX_CONNECTORS`].
///
/// # Errors
/// As [`Sql::query`].
pub async fn all(sql: &impl Sql) -> Result<Vec<ConnectorRow>, Error> {
    let rows = sql
        .query(include_str!("sql/connectors/all.sql"), vec![])
        .await?;
    rows.into_iter().map(read).collect()
}

/// The connector that has a name.
///
/// # Errors
/// As [`Sql::query`].
pub async fn named(sql: &impl Sql, name: &str) -> Result<Option<ConnectorId>, Error> {
    let rows = sql
        .query(
            include_str!("sql/connectors/named.sql"),
            vec![Cell::from(name)],
        )
        .await?;
    let id = rows.first().map(|row| row.integer(0)).transpose()?;
    Ok(id.and_then(ConnectorId::new))
}

/// Makes a connector; none if its name is taken.
///
/// # Errors
/// As [`Sql::query`].
pub async fn create(
    sql: &impl Sql,
    settings: ConnectorSettings,
    secret: Option<StoredSecret>,
    author: &Author<'_>,
) -> Result<Option<ConnectorRow>, Error> {
    let parameters = vec![
        Cell::from(settings.name.as_str()),
        Cell::Text(crate::json(&settings)?),
        Cell::from(secret.as_ref().map(|kept| kept.0.as_str())),
        Cell::Integer(author.at.ms()),
    ];
    let rows = sql
        .query(include_str!("sql/connectors/create.sql"), parameters)
        .await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let id = ConnectorId::new(row.integer(0)?).ok_or_else(|| corrupt("a connector's id"))?;
    Subject::of_all(Noun::Connector, id)
        .created(sql, &settings, author)
        .await?;
    Ok(Some(ConnectorRow {
        revision: 1,
        connector: Connector { id, settings },
        secret,
        created_at: author.at,
        updated_at: author.at,
    }))
}

/// Gives a connector other settings and another secret; the name must be free. Gives the new
/// revision.
///
/// # Errors
/// As [`Sql::query`].
pub async fn update(
    sql: &impl Sql,
    before: &ConnectorRow,
    settings: &ConnectorSettings,
    secret: Option<&StoredSecret>,
    author: &Author<'_>,
) -> Result<i64, Error> {
    let id = before.connector.id;
    let parameters = vec![
        Cell::Integer(id.get()),
        Cell::from(settings.name.as_str()),
        Cell::Text(crate::json(settings)?),
        Cell::from(secret.map(|kept| kept.0.as_str())),
        Cell::Integer(author.at.ms()),
    ];
    let rows = sql
        .query(include_str!("sql/connectors/update.sql"), parameters)
        .await?;
    // That it is another one says enough.
    let shown = |is_there: bool| {
        if is_there {
            Value::from("…")
        } else {
            Value::Null
        }
    };
    let secret_changed = (secret != before.secret.as_ref()).then(|| Change {
        field: "secret".to_owned(),
        before: shown(before.secret.is_some()),
        after: shown(secret.is_some()),
    });
    Subject::of_all(Noun::Connector, id)
        .updated(
            sql,
            &before.connector.settings,
            settings,
            secret_changed,
            author,
        )
        .await?;
    match rows.first() {
        Some(row) => row.integer(0),
        None => Err(corrupt("a connector has gone inside a transaction")),
    }
}

/// Forgets a connector.
///
/// # Errors
/// As [`Sql::query`].
pub async fn delete(
    sql: &impl Sql,
    connector: &Connector,
    author: &Author<'_>,
) -> Result<(), Error> {
    let parameters = vec![Cell::Integer(connector.id.get())];
    sql.query(include_str!("sql/connectors/delete.sql"), parameters)
        .await?;
    Subject::of_all(Noun::Connector, connector.id)
        .deleted(sql, &connector.settings, author)
        .await
}

fn read(mut row: Row) -> Result<ConnectorRow, Error> {
    let settings = serde_json::from_str(&row.text(2)?).map_err(corrupt)?;
    Ok(ConnectorRow {
        revision: row.integer(1)?,
        connector: Connector {
            id: ConnectorId::new(row.integer(0)?).ok_or_else(|| corrupt("a connector's id"))?,
            settings,
        },
        secret: row.optional_text(3)?.map(StoredSecret),
        created_at: Timestamp::from_ms(row.integer(4)?),
        updated_at: Timestamp::from_ms(row.integer(5)?),
    })
}
