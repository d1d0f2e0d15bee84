//! On the server that `ROSTER_TEST_MYSQL` names (`tests/sources/serve start`), else skipped.

use rustls::pki_types::{CertificateDer, pem::PemObject as _};

use super::*;
use crate::bindings::mysql::{Column, DbDataType, DbValue, ParameterValue as Value};

/// The server's address, if there is one.
fn address() -> Option<String> {
    let address = std::env::var("ROSTER_TEST_MYSQL").ok();
    if address.is_none() {
        eprintln!("skipped: ROSTER_TEST_MYSQL names no server");
    }
    address
}

async fn plain(component: &ComponentConfig, address: &str) -> Connection {
    connect(component, address).await.expect("connected")
}

/// All rows of a query and how it ended.
async fn all(
    connection: &Connection,
    statement: &str,
    values: &[Value],
) -> Result<(Vec<Column>, Vec<Vec<DbValue>>, Result<(), Error>), Error> {
    let mut running = connection
        .start(statement.to_owned(), values.to_vec())
        .await?;
    let mut rows = Vec::new();
    while let Some(row) = running.rows.recv().await {
        rows.push(row);
    }
    Ok((running.columns, rows, running.outcome.await.unwrap()))
}

/// The one value of a query.
async fn one(connection: &Connection, statement: &str) -> String {
    let (_, rows, outcome) = all(connection, statement, &[]).await.unwrap();
    outcome.unwrap();
    format!("{:?}", rows[0][0])
}

async fn run(connection: &Connection, statement: &str) {
    connection.execute(statement, Vec::new()).await.unwrap();
}

#[tokio::test]
async fn each_type_has_its_form() {
    let Some(address) = address() else { return };
    let component = component();
    let connection = plain(&component, &address).await;
    for (kind, sql, shown) in [
        ("TINYINT", "-5", "Int8(-5)"),
        ("TINYINT(1)", "1", "Int8(1)"),
        ("TINYINT UNSIGNED", "200", "Uint8(200)"),
        ("SMALLINT", "-300", "Int16(-300)"),
        ("SMALLINT UNSIGNED", "60000", "Uint16(60000)"),
        ("MEDIUMINT", "-70000", "Int32(-70000)"),
        ("MEDIUMINT UNSIGNED", "70000", "Uint32(70000)"),
        ("INT", "-1", "Int32(-1)"),
        ("INT UNSIGNED", "4294967295", "Uint32(4294967295)"),
        (
            "BIGINT",
            "-9223372036854775808",
            "Int64(-9223372036854775808)",
        ),
        (
            "BIGINT UNSIGNED",
            "18446744073709551615",
            "Uint64(18446744073709551615)",
        ),
        ("FLOAT", "0.5", "Floating32(0.5)"),
        ("DOUBLE", "-0.25", "Floating64(-0.25)"),
        ("VARCHAR(9)", "'ä'", "Str(\"ä\")"),
        ("CHAR(9)", "'a'", "Str(\"a\")"),
        ("TEXT", "'a'", "Str(\"a\")"),
        ("LONGTEXT", "'a'", "Str(\"a\")"),
        ("ENUM('a','b')", "'b'", "Str(\"b\")"),
        ("SET('a','b')", "'a,b'", "Str(\"a,b\")"),
        ("JSON", "'{}'", "Binary([123, 125])"),
        ("VARCHAR(9) COLLATE utf8mb4_bin", "'a'", "Binary([97])"),
        ("VARBINARY(9)", "x'ff00'", "Binary([255, 0])"),
        ("BINARY(2)", "x'ff00'", "Binary([255, 0])"),
        ("BLOB", "x'ff'", "Binary([255])"),
        ("LONGBLOB", "x'ff'", "Binary([255])"),
        ("INT", "NULL", "DbNull"),
        ("DATETIME", "NULL", "DbNull"),
    ] {
        run(&connection, "DROP TEMPORARY TABLE IF EXISTS form").await;
        run(
            &connection,
            &format!("CREATE TEMPORARY TABLE form (x {kind})"),
        )
        .await;
        run(&connection, &format!("INSERT INTO form VALUES ({sql})")).await;
        let value = one(&connection, "SELECT x FROM form").await;
        assert_eq!(value, format!("DbValue::{shown}"), "{kind}");
    }
}

#[tokio::test]
async fn what_has_no_form_fails_the_query_as_on_spin() {
    let Some(address) = address() else { return };
    let component = component();
    let connection = plain(&component, &address).await;
    for sql in [
        "CAST(1.5 AS DECIMAL(5,2))",
        "CAST('2024-02-29' AS DATE)",
        "NOW()",
        "CAST('01:02:03' AS TIME)",
        "b'1'",
        "POINT(1, 2)",
    ] {
        let (columns, rows, outcome) = all(&connection, &format!("SELECT {sql} AS x"), &[])
            .await
            .unwrap();
        if rows.is_empty() {
            assert_eq!(columns[0].data_type, DbDataType::Other, "{sql}");
            let Err(Error::ValueConversionFailed(text)) = outcome else {
                panic!("{sql}: {outcome:?}");
            };
            assert!(
                text.contains("in column x data type DbDataType::Other"),
                "{text}"
            );
        } else {
            // Bits and shapes of a literal are bytes.
            assert_eq!(columns[0].data_type, DbDataType::Binary, "{sql}");
        }
    }
}

#[tokio::test]
async fn parameters_arrive() {
    let Some(address) = address() else { return };
    let component = component();
    let connection = plain(&component, &address).await;
    for (value, shown) in [
        (Value::Boolean(true), "1"),
        (Value::Int8(-1), "-1"),
        (Value::Int16(-2), "-2"),
        (Value::Int32(-3), "-3"),
        (Value::Int64(i64::MIN), "-9223372036854775808"),
        (Value::Uint8(255), "255"),
        (Value::Uint16(1), "1"),
        (Value::Uint32(2), "2"),
        (Value::Uint64(u64::MAX), "18446744073709551615"),
        (Value::Floating32(0.5), "0.5"),
        (Value::Floating64(-0.25), "-0.25"),
        (Value::Str("a'ä".to_owned()), "a'ä"),
        (Value::Binary(b"ab".to_vec()), "ab"),
        (Value::DbNull, "none"),
    ] {
        let statement = "SELECT CONVERT(COALESCE(?, 'none') USING utf8mb4) AS x";
        let (_, rows, outcome) = all(&connection, statement, &[value]).await.unwrap();
        outcome.unwrap();
        assert!(
            matches!(&rows[0][0], DbValue::Str(text) if text == shown),
            "{shown}: {rows:?}"
        );
    }
}

#[tokio::test]
async fn a_statement_that_fails_is_said_as_on_spin() {
    let Some(address) = address() else { return };
    let component = component();
    let connection = plain(&component, &address).await;
    // A command has the reason, with its code.
    let failed = connection.execute("SELEKT 1", Vec::new()).await;
    let Err(Error::QueryFailed(text)) = failed else {
        panic!("{failed:?}");
    };
    assert!(text.contains("42000") && text.contains("1064"), "{text}");
    // A query has none.
    let failed = all(&connection, "SELECT nope FROM nowhere", &[]).await;
    let Err(Error::Other(text)) = failed else {
        panic!("{failed:?}");
    };
    assert_eq!(text, "async error: channel closed");
    // Columns are known without rows, and the connection is fine.
    let (columns, rows, outcome) = all(&connection, "SELECT 1 AS a FROM DUAL WHERE false", &[])
        .await
        .unwrap();
    assert!(outcome.is_ok() && rows.is_empty());
    assert_eq!(columns[0].name, "a");
}

#[tokio::test]
async fn a_wrong_password_and_no_such_database_are_said() {
    let Some(address) = address() else { return };
    let component = component();
    let (before, after) = address.split_once('@').unwrap();
    let user = before.rsplit_once(':').unwrap().0;
    let text = failure(connect(&component, &format!("{user}:wrong@{after}")).await);
    assert!(text.contains("ERROR 1045 (28000): Access denied"), "{text}");
    let nowhere = address.rsplit_once('/').unwrap().0;
    let text = failure(connect(&component, &format!("{nowhere}/nowhere")).await);
    assert!(
        text.contains("1044 (42000)") || text.contains("1049 (42000)"),
        "{text}"
    );
}

#[tokio::test]
async fn tls_is_spoken_where_it_is_wanted() {
    let Some(address) = address() else { return };
    let Ok(file) = std::env::var("ROSTER_TEST_MYSQL_CA") else {
        return eprintln!("skipped: ROSTER_TEST_MYSQL_CA names no file");
    };
    let component = component();
    let cipher = "SHOW STATUS LIKE 'Ssl_cipher'";
    let cipher = async |connection: &Connection| {
        let (_, rows, _) = all(connection, cipher, &[]).await.unwrap();
        format!("{:?}", rows[0][1])
    };
    assert_eq!(
        cipher(&plain(&component, &address).await).await,
        "DbValue::Str(\"\")"
    );
    let address = format!("{address}?ssl-mode=verify_identity");
    let text = failure(connect(&component, &address).await);
    assert!(text.contains("UnknownIssuer"), "{text}");
    let root = CertificateDer::from_pem_file(file).unwrap();
    let options = address::options(&address, &[root]).unwrap();
    let pools = ComponentConfig::default().mysql;
    let connection = pools.connect(&address, options).await.unwrap();
    let connection = Connection(std::sync::Arc::new(tokio::sync::Mutex::new(connection)));
    assert!(cipher(&connection).await.contains("TLS"));
}

#[tokio::test]
async fn connections_are_used_again_and_are_clean() {
    let Some(address) = address() else { return };
    let component = component();
    let id = "SELECT CONNECTION_ID()";
    let first = plain(&component, &address).await;
    let first_id = one(&first, id).await;
    let second = plain(&component, &address).await;
    assert_ne!(one(&second, id).await, first_id);
    run(&second, "CREATE OR REPLACE TABLE counted (a INT)").await;
    run(&first, "SET @mine = 1").await;
    run(&first, "CREATE TEMPORARY TABLE here (a INT)").await;
    run(&first, "START TRANSACTION").await;
    run(&first, "INSERT INTO counted VALUES (1)").await;
    drop(first);
    // It goes back to the others once the server has reset it.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let again = plain(&component, &address).await;
    assert_eq!(one(&again, id).await, first_id);
    assert_eq!(one(&again, "SELECT @mine").await, "DbValue::DbNull");
    let gone = again.execute("SELECT * FROM here", Vec::new()).await;
    assert!(
        matches!(&gone, Err(Error::QueryFailed(text)) if text.contains("1146")),
        "{gone:?}"
    );
    assert_eq!(
        one(&second, "SELECT COUNT(*) FROM counted").await,
        "DbValue::Int64(0)"
    );
    run(&second, "DROP TABLE counted").await;
    // One that the server ended is not given out.
    drop(again);
    let (_, number) = first_id.trim_end_matches(')').split_once('(').unwrap();
    run(&second, &format!("KILL {number}")).await;
    let other = plain(&component, &address).await;
    assert_ne!(one(&other, id).await, first_id);
}

#[tokio::test]
async fn rows_come_as_they_are_read() {
    let Some(address) = address() else { return };
    let component = component();
    let connection = plain(&component, &address).await;
    let many = "SELECT seq, REPEAT('x', 1000) FROM seq_1_to_300000";
    let mut running = connection.start(many.to_owned(), Vec::new()).await.unwrap();
    assert!(running.rows.recv().await.is_some());
    // Most of the 300 MB have not been asked for: the server waits.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let watcher = plain(&component, &address).await;
    let waiting =
        "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE STATE = 'Writing to net'";
    assert_ne!(one(&watcher, waiting).await, "DbValue::Int64(0)");
    // Who reads no further ends the query, which is said.
    drop(running.rows);
    let ended = running.outcome.await.unwrap();
    let text = "async error: channel closed";
    assert!(
        matches!(&ended, Err(Error::Other(why)) if why == text),
        "{ended:?}"
    );
    assert_eq!(one(&connection, "SELECT 1").await, "DbValue::Int32(1)");
}

#[tokio::test]
async fn results_have_a_limit() {
    let Some(address) = address() else { return };
    let component = component();
    let connection = plain(&component, &address).await;
    let wide = "SELECT REPEAT('x', 1000) FROM seq_1_to_3".to_owned();
    let mut running = connection
        .start_within(wide, Vec::new(), 2500)
        .await
        .unwrap();
    let mut rows = 0;
    while running.rows.recv().await.is_some() {
        rows += 1;
    }
    assert_eq!(rows, 2);
    let over = "query result exceeds limit of 2500 bytes";
    let ended = running.outcome.await.unwrap();
    assert!(
        matches!(&ended, Err(Error::Other(text)) if text == over),
        "{ended:?}"
    );
}
