//! Connections to databases of others, which the host has.

use roster_source::{Column, ColumnKind, Fault, Link, Parameter, Rows, Value};
use spin_sdk::mysql::{self, MysqlError};
use spin_sdk::pg::{self, PgError};

/// A connection to a database of either kind.
pub(crate) enum AnyLink {
    Postgres(pg::Connection),
    Mysql(mysql::Connection),
}

/// Rows of either.
pub(crate) enum AnyRows {
    Postgres(OpenRows<pg::QueryResult>),
    Mysql(OpenRows<mysql::QueryResult>),
}

/// Rows on their way.
pub(crate) struct OpenRows<R> {
    /// None when they are at their end.
    rows: Option<R>,
    columns: Vec<Column>,
}

impl AnyLink {
    /// Opens a connection.
    ///
    /// # Errors
    /// [`Fault::Connecting`].
    pub(crate) async fn open(address: &str, ca: Option<&str>) -> Result<Self, Fault> {
        if address.starts_with("mysql:") {
            let opened = mysql::Connection::open(address).await;
            return opened.map(AnyLink::Mysql).map_err(|error| match error {
                mysql::Error::MysqlError(error) => connecting_mysql(error),
                error => Fault::Connecting(error.to_string()),
            });
        }
        let options = pg::OpenOptions {
            ca_root: ca.map(|ca| pg::Certificate::Text(ca.to_owned())),
        };
        let opened = pg::Connection::open_with_options(address, options).await;
        opened.map(AnyLink::Postgres).map_err(|error| match error {
            pg::Error::PgError(error) => connecting_postgres(error),
            error => Fault::Connecting(error.to_string()),
        })
    }
}

fn connecting_postgres(error: PgError) -> Fault {
    match error {
        PgError::ConnectionFailed(text) | PgError::BadParameter(text) | PgError::Other(text) => {
            Fault::Connecting(text)
        }
        error => postgres(error),
    }
}

fn connecting_mysql(error: MysqlError) -> Fault {
    match error {
        MysqlError::ConnectionFailed(text)
        | MysqlError::BadParameter(text)
        | MysqlError::Other(text) => Fault::Connecting(text),
        error => of_mysql(error),
    }
}

fn postgres(error: PgError) -> Fault {
    match error {
        PgError::ConnectionFailed(text) => Fault::Connecting(text),
        PgError::QueryFailed(pg::QueryError::DbError(error)) => Fault::Query {
            code: Some(error.code),
            text: match error.detail {
                Some(detail) => format!("{} ({detail})", error.message),
                None => error.message,
            },
        },
        PgError::QueryFailed(pg::QueryError::Text(text))
        | PgError::BadParameter(text)
        | PgError::ValueConversionFailed(text)
        | PgError::Other(text) => Fault::Other(text),
    }
}

fn failed_postgres(error: pg::Error) -> Fault {
    match error {
        pg::Error::PgError(error) => postgres(error),
        pg::Error::Decode(text) => Fault::Other(text),
    }
}

fn of_mysql(error: MysqlError) -> Fault {
    match error {
        MysqlError::ConnectionFailed(text) => Fault::Connecting(text),
        MysqlError::QueryFailed(text) => Fault::Query { code: None, text },
        MysqlError::BadParameter(text)
        | MysqlError::ValueConversionFailed(text)
        | MysqlError::Other(text) => Fault::Other(text),
    }
}

fn failed_mysql(error: mysql::Error) -> Fault {
    match error {
        mysql::Error::MysqlError(error) => of_mysql(error),
        error => Fault::Other(error.to_string()),
    }
}

impl Link for AnyLink {
    type Rows = AnyRows;

    async fn execute(&self, statement: &str, parameters: &[Parameter]) -> Result<(), Fault> {
        match self {
            AnyLink::Postgres(link) => {
                let done = link.execute(statement, for_postgres(parameters)).await;
                done.map(drop).map_err(failed_postgres)
            }
            AnyLink::Mysql(link) => {
                let done = link.execute(statement, for_mysql(parameters)).await;
                done.map_err(failed_mysql)
            }
        }
    }

    async fn query(&self, statement: &str, parameters: &[Parameter]) -> Result<AnyRows, Fault> {
        match self {
            AnyLink::Postgres(link) => {
                let rows = link.query(statement, for_postgres(parameters)).await;
                let rows = rows.map_err(failed_postgres)?;
                let columns = rows.columns().iter().map(|column| Column {
                    name: column.name.clone(),
                    kind: ColumnKind::Other,
                });
                Ok(AnyRows::Postgres(OpenRows {
                    columns: columns.collect(),
                    rows: Some(rows),
                }))
            }
            AnyLink::Mysql(link) => {
                let rows = link.query(statement, for_mysql(parameters)).await;
                let rows = rows.map_err(failed_mysql)?;
                let columns = rows.columns().iter().map(|column| Column {
                    name: column.name.clone(),
                    kind: kind(column.data_type),
                });
                Ok(AnyRows::Mysql(OpenRows {
                    columns: columns.collect(),
                    rows: Some(rows),
                }))
            }
        }
    }
}

fn kind(data_type: mysql::DbDataType) -> ColumnKind {
    use mysql::DbDataType as Type;
    match data_type {
        Type::Int8 | Type::Int16 | Type::Int32 | Type::Int64 | Type::Boolean => ColumnKind::Int,
        Type::Uint8 | Type::Uint16 | Type::Uint32 | Type::Uint64 => ColumnKind::Uint,
        Type::Floating32 | Type::Floating64 => ColumnKind::Float,
        Type::Str => ColumnKind::Text,
        Type::Binary => ColumnKind::Binary,
        Type::Other => ColumnKind::Other,
    }
}

fn for_postgres(parameters: &[Parameter]) -> Vec<pg::ParameterValue> {
    let values = parameters.iter().map(|parameter| match parameter {
        Parameter::Int(number) => pg::ParameterValue::Int64(*number),
        Parameter::Uint(number) => pg::ParameterValue::Str(number.to_string()),
        Parameter::Text(text) => pg::ParameterValue::Str(text.clone()),
    });
    values.collect()
}

fn for_mysql(parameters: &[Parameter]) -> Vec<mysql::ParameterValue> {
    let values = parameters.iter().map(|parameter| match parameter {
        Parameter::Int(number) => mysql::ParameterValue::Int64(*number),
        Parameter::Uint(number) => mysql::ParameterValue::Uint64(*number),
        Parameter::Text(text) => mysql::ParameterValue::Str(text.clone()),
    });
    values.collect()
}

impl Rows for AnyRows {
    fn columns(&self) -> &[Column] {
        match self {
            AnyRows::Postgres(open) => &open.columns,
            AnyRows::Mysql(open) => &open.columns,
        }
    }

    async fn next(&mut self) -> Result<Option<Vec<Value>>, Fault> {
        match self {
            AnyRows::Postgres(open) => {
                let Some(rows) = &mut open.rows else {
                    return Ok(None);
                };
                if let Some(row) = rows.rows().next().await {
                    return Ok(Some(row.into_iter().map(of_postgres).collect()));
                }
                // Whether that was all is said at the end.
                if let Some(rows) = open.rows.take() {
                    rows.result().await.map_err(failed_postgres)?;
                }
                Ok(None)
            }
            AnyRows::Mysql(open) => {
                let Some(rows) = &mut open.rows else {
                    return Ok(None);
                };
                if let Some(row) = rows.rows().next().await {
                    return Ok(Some(row.into_iter().map(from_mysql).collect()));
                }
                if let Some(rows) = open.rows.take() {
                    rows.result().await.map_err(failed_mysql)?;
                }
                Ok(None)
            }
        }
    }
}

fn of_postgres(value: pg::DbValue) -> Value {
    use pg::DbValue as Of;
    match value {
        Of::DbNull => Value::Null,
        Of::Boolean(yes) => Value::Bool(yes),
        Of::Int8(number) => Value::Int(number.into()),
        Of::Int16(number) => Value::Int(number.into()),
        Of::Int32(number) => Value::Int(number.into()),
        Of::Int64(number) => Value::Int(number),
        Of::Floating32(number) => Value::Single(number),
        Of::Floating64(number) => Value::Float(number),
        Of::Str(text) => Value::Text(text),
        Of::ArrayStr(texts) => Value::Texts(texts),
        _ => Value::Other,
    }
}

fn from_mysql(value: mysql::DbValue) -> Value {
    use mysql::DbValue as Of;
    match value {
        Of::DbNull => Value::Null,
        Of::Boolean(yes) => Value::Bool(yes),
        Of::Int8(number) => Value::Int(number.into()),
        Of::Int16(number) => Value::Int(number.into()),
        Of::Int32(number) => Value::Int(number.into()),
        Of::Int64(number) => Value::Int(number),
        Of::Uint8(number) => Value::Uint(number.into()),
        Of::Uint16(number) => Value::Uint(number.into()),
        Of::Uint32(number) => Value::Uint(number.into()),
        Of::Uint64(number) => Value::Uint(number),
        Of::Floating32(number) => Value::Single(number),
        Of::Floating64(number) => Value::Float(number),
        Of::Str(text) => Value::Text(text),
        // What the database made text of may come as bytes.
        Of::Binary(bytes) => String::from_utf8(bytes).map_or(Value::Other, Value::Text),
        Of::Unsupported => Value::Other,
    }
}
