//! On the server that `ROSTER_TEST_POSTGRES` names (`tests/sources/serve start`), else skipped.

use super::*;
use crate::bindings::postgres::{Column, DbError, DbValue, ParameterValue as Value, QueryError};

mod values;

/// The server's address, if there is one.
fn address() -> Option<String> {
    let address = std::env::var("ROSTER_TEST_POSTGRES").ok();
    if address.is_none() {
        eprintln!("skipped: ROSTER_TEST_POSTGRES names no server");
    }
    address
}

async fn plain(component: &ComponentConfig, address: &str) -> Connection {
    let address = format!("{address}?sslmode=disable");
    connect(component, &address, None).await.expect("connected")
}

/// All rows of a query and how it ended.
async fn all(
    connection: &Connection,
    statement: &str,
    values: &[Value],
) -> Result<(Vec<Column>, Vec<Vec<DbValue>>, Result<(), Error>), Error> {
    let mut running = connection.start(statement, values).await?;
    let mut rows = Vec::new();
    while let Some(row) = running.rows.recv().await {
        rows.push(row);
    }
    Ok((running.columns, rows, running.outcome.await.unwrap()))
}

/// The one value of a query.
async fn one(connection: &Connection, statement: &str) -> String {
    let rows = connection.query(statement, &[]).await.unwrap().rows;
    format!("{:?}", rows[0][0])
}

fn db_error(error: Error) -> DbError {
    match error {
        Error::QueryFailed(QueryError::DbError(said)) => said,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_the_server_says_has_its_code() {
    let Some(address) = address() else { return };
    let component = component();
    let connection = plain(&component, &address).await;
    let said = db_error(connection.start("SELEKT 1", &[]).await.err().unwrap());
    assert_eq!(
        (said.code.as_str(), said.severity.as_str()),
        ("42601", "ERROR")
    );
    assert_eq!(said.message, "syntax error at or near \"SELEKT\"");
    assert!(said.as_text.contains("42601"), "{}", said.as_text);
    assert!(
        said.extras.iter().any(|(name, _)| name == "routine"),
        "{:?}",
        said.extras
    );
    let missing = "SELECT nope FROM pg_class";
    let said = db_error(connection.execute(missing, &[]).await.err().unwrap());
    assert_eq!(said.code, "42703");
    // After some rows: they come, and then the error.
    let late = "SELECT 10 / (3 - n) FROM generate_series(1, 5) AS n";
    let (columns, rows, outcome) = all(&connection, late, &[]).await.unwrap();
    assert_eq!((columns.len(), rows.len()), (1, 2));
    assert_eq!(db_error(outcome.unwrap_err()).code, "22012");
    // The blocking form has it as text.
    let failed = connection.query(late, &[]).await.err();
    let Some(Error::QueryFailed(QueryError::Text(text))) = failed else {
        panic!("{failed:?}");
    };
    assert!(text.contains("22012"), "{text}");
    // Before any row: no columns.
    let none = "SELECT 1 / (n - n) FROM generate_series(1, 5) AS n";
    let (columns, rows, outcome) = all(&connection, none, &[]).await.unwrap();
    assert_eq!((columns.len(), rows.len()), (0, 0));
    assert_eq!(db_error(outcome.unwrap_err()).code, "22012");
    // And the connection is fine.
    assert_eq!(one(&connection, "SELECT 1").await, "DbValue::Int32(1)");
}

#[tokio::test]
async fn columns_are_those_of_the_first_row() {
    let Some(address) = address() else { return };
    let component = component();
    let connection = plain(&component, &address).await;
    let none = "SELECT 1 AS a WHERE false";
    assert!(all(&connection, none, &[]).await.unwrap().0.is_empty());
    assert!(
        connection
            .query(none, &[])
            .await
            .unwrap()
            .columns
            .is_empty()
    );
    let some = connection
        .query("SELECT 1 AS a, 'x' AS b", &[])
        .await
        .unwrap();
    let names: Vec<_> = some
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(names, ["a", "b"]);
    let touched = connection
        .execute("SELECT generate_series(1, 7)", &[])
        .await;
    assert_eq!(touched.unwrap(), 7);
}

#[tokio::test]
async fn a_wrong_password_and_no_such_database_are_said() {
    let Some(address) = address() else { return };
    let component = component();
    let (before, after) = address.split_once('@').unwrap();
    let user = before.rsplit_once(':').unwrap().0;
    let wrong = format!("{user}:mistaken@{after}?sslmode=disable");
    let text = failure(connect(&component, &wrong, None).await);
    assert!(
        text.contains("FATAL: password authentication failed for user"),
        "{text}"
    );
    assert!(!text.contains("mistaken"), "{text}");
    let nowhere = address.rsplit_once('/').unwrap().0;
    let nowhere = format!("{nowhere}/nowhere?sslmode=disable");
    let text = failure(connect(&component, &nowhere, None).await);
    assert!(
        text.contains("FATAL: database \"nowhere\" does not exist"),
        "{text}"
    );
}

#[tokio::test]
async fn a_certificate_of_ones_own_is_trusted_where_it_is_given() {
    let Some(address) = address() else { return };
    let Ok(file) = std::env::var("ROSTER_TEST_POSTGRES_CA") else {
        return eprintln!("skipped: ROSTER_TEST_POSTGRES_CA names no file");
    };
    let pem = std::fs::read_to_string(file).unwrap();
    let component = component();
    for more in ["", "?sslmode=prefer", "?sslmode=require"] {
        let address = format!("{address}{more}");
        let text = failure(connect(&component, &address, None).await);
        assert!(text.contains("UnknownIssuer"), "{text}");
        let root = Root::parse(&pem).unwrap();
        let connection = connect(&component, &address, Some(root)).await;
        let connection = connection.unwrap_or_else(|error| panic!("{more}: {error:?}"));
        let encrypted = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        assert_eq!(one(&connection, encrypted).await, "DbValue::Boolean(true)");
    }
}

#[tokio::test]
async fn connections_are_used_again_and_are_clean() {
    let Some(address) = address() else { return };
    let component = component();
    let pid = "SELECT pg_backend_pid()";
    let first = plain(&component, &address).await;
    let first_pid = one(&first, pid).await;
    let second = plain(&component, &address).await;
    assert_ne!(one(&second, pid).await, first_pid);
    first
        .execute("SET search_path TO nowhere", &[])
        .await
        .unwrap();
    first
        .execute("CREATE TEMPORARY TABLE here (a int)", &[])
        .await
        .unwrap();
    drop(first);
    let again = plain(&component, &address).await;
    assert_eq!(one(&again, pid).await, first_pid);
    let path = one(&again, "SELECT current_setting('search_path')").await;
    assert!(!path.contains("nowhere"), "{path}");
    let gone = db_error(
        again
            .execute("SELECT * FROM here", &[])
            .await
            .err()
            .unwrap(),
    );
    assert_eq!(gone.code, "42P01");
    // One that the server ended is not given out.
    drop(again);
    let (_, digits) = first_pid.trim_end_matches(')').split_once('(').unwrap();
    let end = "SELECT pg_terminate_backend($1, 5000)";
    second
        .execute(end, &[Value::Int32(digits.parse().unwrap())])
        .await
        .unwrap();
    let other = plain(&component, &address).await;
    assert_ne!(one(&other, pid).await, first_pid);
}

#[tokio::test]
async fn rows_come_as_they_are_read() {
    let Some(address) = address() else { return };
    let component = component();
    let connection = plain(&component, &address).await;
    let many = "SELECT n, repeat('x', 1000) FROM generate_series(1, 300000) AS n";
    let mut running = connection.start(many, &[]).await.unwrap();
    assert!(running.rows.recv().await.is_some());
    // Most of the 300 MB have not been asked for: the server waits.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let watcher = plain(&component, &address).await;
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'ClientWrite'";
    assert_ne!(one(&watcher, waiting).await, "DbValue::Int64(0)");
    // Who reads no further ends the query.
    drop(running.rows);
    running.outcome.await.unwrap().unwrap_or_else(|error| {
        // It was on its way with a row.
        assert!(format!("{error:?}").contains("channel closed"), "{error:?}");
    });
    assert_eq!(one(&connection, "SELECT 1").await, "DbValue::Int32(1)");
}

#[tokio::test]
async fn results_have_a_limit() {
    let Some(address) = address() else { return };
    let component = component();
    let connection = plain(&component, &address).await;
    let wide = "SELECT repeat('x', 1000) FROM generate_series(1, 3)";
    let over = "query result exceeds limit of 2000 bytes";
    let is_over =
        |error: Error| matches!(error, Error::QueryFailed(QueryError::Text(text)) if text == over);
    // All rows where they are all kept, else each for itself.
    assert!(is_over(
        connection.collect(wide, &[], 2000).await.err().unwrap()
    ));
    let mut running = connection.start_within(wide, &[], 2000).await.unwrap();
    for _ in 0..3 {
        assert!(running.rows.recv().await.is_some());
    }
    assert!(running.outcome.await.unwrap().is_ok());
    let wider = "SELECT repeat('x', 2000)";
    let running = connection.start_within(wider, &[], 2000).await.unwrap();
    assert!(is_over(running.outcome.await.unwrap().unwrap_err()));
}
