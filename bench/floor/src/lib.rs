//! The least a component can do with Roster's tables: the same statements, the same rows,
//! and no checks at all. It trusts its callers, and so is for the benchmarks only.
//!
//! - `GET /floor?id={key}` and `GET /floor?email={address}` read a profile of database 1.
//! - `POST /floor?update` and `POST /floor?add` write one: the body has its e-mail, its
//!   phone number and its data as JSON, each on a line.

mod write;

use std::cell::OnceCell;

use spin_sdk::http::{Request, Response, body::IncomingBodyExt as _};
use spin_sdk::sqlite::Value;
use spin_sdk::sqlite::wit::sqlite::{Connection, Error, RowResult};

/// What Roster's write keeps for an e-mail and a phone number (`roster_model::standard`).
const EMAIL: i64 = 1;
const PHONE: i64 = 2;

const SINGLES: &str = include_str!("../../../crates/store/src/sql/profiles/singles.sql");

thread_local! {
    /// The instance's connection. Statements hold the instance, so that one does.
    static CONNECTION: OnceCell<Connection> = const { OnceCell::new() };
}

/// Runs a statement while the instance waits.
fn run(statement: &str, parameters: &[Value]) -> Result<Vec<RowResult>, Error> {
    CONNECTION.with(|cell| {
        let connection = match cell.get() {
            Some(connection) => connection,
            None => {
                let opened = Connection::open("default")?;
                // As Roster has them.
                for pragma in [
                    "PRAGMA synchronous = NORMAL",
                    "PRAGMA cache_size = -32768",
                    "PRAGMA wal_autocheckpoint = 4000",
                ] {
                    opened.execute(pragma, &[])?;
                }
                cell.get_or_init(|| opened)
            }
        };
        Ok(connection.execute(statement, parameters)?.rows)
    })
}

#[spin_sdk::http_service]
async fn floor(request: Request) -> Response<String> {
    let asked = request.uri().query().unwrap_or_default().to_owned();
    let body = match request.method().as_str() {
        "POST" => match request.into_body().bytes().await {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) => return answer(500, format!("{error:?}")),
        },
        _ => String::new(),
    };
    let done = match asked.split_once('=') {
        Some(("id", key)) => read(&format!("[[0,1,{key}]]"), "[]"),
        Some(("email", address)) => read("[]", &format!("[[0,1,{EMAIL},\"{address}\"]]")),
        _ if asked == "update" => write::update(&body),
        _ if asked == "add" => write::add(&body),
        _ => return answer(404, String::new()),
    };
    match done {
        Ok(text) => answer(200, text),
        Err(error) => answer(500, error.to_string()),
    }
}

fn read(ids: &str, keys: &str) -> Result<String, Error> {
    let parameters = [ids, keys].map(|text| Value::Text(text.to_owned()));
    let row = run(SINGLES, &parameters)?.into_iter().next();
    let value = row.and_then(|row| row.values.into_iter().next());
    match value {
        Some(Value::Text(text)) => Ok(text),
        _ => Err(Error::Io("nobody is there".to_owned())),
    }
}

fn answer(status: u16, text: String) -> Response<String> {
    let length = text.len();
    let mut response = Response::new(text);
    if let Ok(status) = status.try_into() {
        *response.status_mut() = status;
    }
    // Without it every answer would wait for the client's delayed ACK.
    response
        .headers_mut()
        .insert("content-length", length.into());
    response
}
