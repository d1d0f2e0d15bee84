//! Connections to other databases, which the host has.

use futures_util::future::{Either, select};
use futures_util::lock::Mutex;
use roster_source::{Column, ColumnKind, Connection, HostError, Parameter, Rows, Value};
use spin_sdk::mysql::{self, MysqlError};
use spin_sdk::pg::{self, PgError};
use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

/// A connection to a database of either kind.
pub(crate) enum HostConnection {
    Postgres(pg::Connection),
    Mysql(MysqlConnection),
}

/// A connection to MySQL that is closed while no other is being opened: Spin holds one lock
/// while it connects, and an instance that closes one meanwhile waits for that without
/// anything else of it going on, the connecting included.
pub(crate) struct MysqlConnection(Option<mysql::Connection>);

/// How long a connection to MySQL waits for others that are being opened.
const LONGEST_TURN: Duration = Duration::from_secs(2);

thread_local! {
    /// Whose turn it is to open one.
    static MYSQL_TURN: Arc<Mutex<()>> = Arc::new(Mutex::new(()));
    /// How many are being opened.
    static OPENING: Cell<usize> = const { Cell::new(0) };
    /// Those to close when none is.
    static TO_CLOSE: RefCell<Vec<mysql::Connection>> = const { RefCell::new(Vec::new()) };
}

/// That one is being opened. It must be dropped after the opening itself.
struct Opening;

impl Opening {
    fn begin() -> Self {
        OPENING.set(OPENING.get() + 1);
        Opening
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        OPENING.set(OPENING.get().saturating_sub(1));
        if OPENING.get() == 0 {
            drop(TO_CLOSE.take());
        }
    }
}

impl MysqlConnection {
    fn get(&self) -> Result<&mysql::Connection, HostError> {
        let closed = || HostError::Other("the connection is closed".to_owned());
        self.0.as_ref().ok_or_else(closed)
    }
}

impl Drop for MysqlConnection {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take().filter(|_| OPENING.get() > 0) {
            TO_CLOSE.with_borrow_mut(|waiting| waiting.push(connection));
        }
    }
}

/// Rows of either.
pub(crate) enum HostRows {
    Postgres(OpenRows<pg::QueryResult>),
    Mysql(OpenRows<mysql::QueryResult>),
}

/// Rows on their way.
pub(crate) struct OpenRows<R> {
    /// None when they are at their end.
    rows: Option<R>,
    columns: Vec<Column>,
}

impl HostConnection {
    /// Opens a connection, within a limit.
    ///
    /// # Errors
    /// [`HostError::Connecting`].
    pub(crate) async fn open(
        address: &str,
        ca: Option<&str>,
        limit: Duration,
    ) -> Result<Self, HostError> {
        if address.starts_with("mysql:") {
            // Spin has them connect one by one: their time begins with their turn. Other hosts
            // don't, so none waits for long.
            let turn = MYSQL_TURN.with(Arc::clone).lock_owned();
            let _turn = match select(turn, pin!(spin_sdk::time::sleep(LONGEST_TURN))).await {
                Either::Left((turn, _)) => Some(turn),
                Either::Right(_) => None,
            };
            let _opening = Opening::begin();
            let opening = async {
                let opened = mysql::Connection::open(address).await;
                opened.map_err(|error| match error {
                    mysql::Error::MysqlError(error) => connecting_mysql(error),
                    error => HostError::Connecting(error.to_string()),
                })
            };
            let opened = within(limit, opening).await?;
            return Ok(HostConnection::Mysql(MysqlConnection(Some(opened))));
        }
        let options = pg::OpenOptions {
            ca_root: ca.map(|ca| pg::Certificate::Text(ca.to_owned())),
        };
        let opening = async {
            let opened = pg::Connection::open_with_options(address, options).await;
            opened.map_err(|error| match error {
                pg::Error::PgError(error) => connecting_postgres(error),
                error => HostError::Connecting(error.to_string()),
            })
        };
        within(limit, opening).await.map(HostConnection::Postgres)
    }
}

/// What `opening` gives, unless it takes longer.
async fn within<T>(
    limit: Duration,
    opening: impl Future<Output = Result<T, HostError>>,
) -> Result<T, HostError> {
    match select(pin!(opening), pin!(spin_sdk::time::sleep(limit))).await {
        Either::Left((opened, _)) => opened,
        Either::Right(((), _)) => {
            let seconds = limit.as_secs();
            Err(HostError::Connecting(format!(
                "no answer within {seconds} s"
            )))
        }
    }
}

fn connecting_postgres(error: PgError) -> HostError {
    match error {
        PgError::ConnectionFailed(text) | PgError::BadParameter(text) | PgError::Other(text) => {
            HostError::Connecting(text)
        }
        error => postgres(error),
    }
}

fn connecting_mysql(error: MysqlError) -> HostError {
    match error {
        MysqlError::ConnectionFailed(text)
        | MysqlError::BadParameter(text)
        | MysqlError::Other(text) => HostError::Connecting(text),
        error => of_mysql(error),
    }
}

fn postgres(error: PgError) -> HostError {
    match error {
        PgError::ConnectionFailed(text) => HostError::Connecting(text),
        PgError::QueryFailed(pg::QueryError::DbError(error)) => HostError::Query {
            code: Some(error.code),
            text: match error.detail {
                Some(detail) => format!("{} ({detail})", error.message),
                None => error.message,
            },
        },
        PgError::QueryFailed(pg::QueryError::Text(text))
        | PgError::BadParameter(text)
        | PgError::ValueConversionFailed(text)
        | PgError::Other(text) => HostError::Other(text),
    }
}

fn failed_postgres(error: pg::Error) -> HostError {
    match error {
        pg::Error::PgError(error) => postgres(error),
        pg::Error::Decode(text) => HostError::Other(text),
    }
}

fn of_mysql(error: MysqlError) -> HostError {
    match error {
        MysqlError::ConnectionFailed(text) => HostError::Connecting(text),
        MysqlError::QueryFailed(text) => HostError::Query { code: None, text },
        MysqlError::BadParameter(text)
        | MysqlError::ValueConversionFailed(text)
        | MysqlError::Other(text) => HostError::Other(text),
    }
}

fn failed_mysql(error: mysql::Error) -> HostError {
    match error {
        mysql::Error::MysqlError(error) => of_mysql(error),
        error => HostError::Other(error.to_string()),
    }
}

impl Connection for HostConnection {
    type Rows = HostRows;

    async fn execute(&self, statement: &str, parameters: &[Parameter]) -> Result<(), HostError> {
        match self {
            HostConnection::Postgres(connection) => {
                let done = connection
                    .execute(statement, for_postgres(parameters))
                    .await;
                done.map(drop).map_err(failed_postgres)
            }
            HostConnection::Mysql(connection) => {
                let done = connection.get()?.execute(statement, for_mysql(parameters));
                done.await.map_err(failed_mysql)
            }
        }
    }

    async fn query(
        &self,
        statement: &str,
        parameters: &[Parameter],
    ) -> Result<HostRows, HostError> {
        match self {
            HostConnection::Postgres(connection) => {
                let rows = connection.query(statement, for_postgres(parameters)).await;
                let rows = rows.map_err(failed_postgres)?;
                let columns = rows.columns().iter().map(|column| Column {
                    name: column.name.clone(),
                    kind: ColumnKind::Other,
                });
                Ok(HostRows::Postgres(OpenRows {
                    columns: columns.collect(),
                    rows: Some(rows),
                }))
            }
            HostConnection::Mysql(connection) => {
                let rows = connection.get()?.query(statement, for_mysql(parameters));
                let rows = rows.await.map_err(failed_mysql)?;
                let columns = rows.columns().iter().map(|column| Column {
                    name: column.name.clone(),
                    kind: kind(column.data_type),
                });
                Ok(HostRows::Mysql(OpenRows {
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

impl Rows for HostRows {
    fn columns(&self) -> &[Column] {
        match self {
            HostRows::Postgres(open) => &open.columns,
            HostRows::Mysql(open) => &open.columns,
        }
    }

    async fn next(&mut self) -> Result<Option<Vec<Value>>, HostError> {
        match self {
            HostRows::Postgres(open) => {
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
            HostRows::Mysql(open) => {
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
