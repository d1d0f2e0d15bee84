//! What a component sees of SQLite, as Spin would have it and as the runner has it.

use std::path::Path;

use super::*;

/// A database of a new file as Spin would have it, and as the runner has it.
fn databases() -> [Database; 2] {
    [Database::like_spin, Database::fast]
        .map(|make| make(crate::scratch::dir("sqlite").join(FILE_NAME)))
}

/// A database as the runner has it, in WAL mode.
async fn with_wal() -> Database {
    let [_, database] = databases();
    let connection = Connection::new(database.clone());
    run(&connection, "PRAGMA journal_mode = WAL").await.unwrap();
    database
}

async fn run(connection: &Connection, sql: &str) -> Result<Vec<Vec<Value>>, Error> {
    let running = connection.start(sql.to_owned(), Vec::new()).await?;
    let (rows, outcome) = read(running).await;
    outcome?;
    Ok(rows)
}

/// All rows, and how it ended.
async fn read(running: RunningStatement) -> (Vec<Vec<Value>>, Result<(), Error>) {
    let mut values = Vec::new();
    let outcome = match running.rows {
        Rows::Here { rows, outcome } => {
            values.extend(rows.into_iter().map(|row| row.values));
            outcome
        }
        Rows::Coming { mut rows, outcome } => {
            while let Some(row) = rows.recv().await {
                values.push(row.values);
            }
            outcome.await.expect("the outcome always comes")
        }
    };
    (values, outcome)
}

fn only_integer(rows: Vec<Vec<Value>>) -> i64 {
    match rows.as_slice() {
        [row] => match row.as_slice() {
            [Value::Integer(i)] => *i,
            _ => panic!("not one integer"),
        },
        _ => panic!("not one row"),
    }
}

#[tokio::test]
async fn has_spins_defaults() {
    // The second time of each, statements are known.
    for database in databases().into_iter().flat_map(|one| [one.clone(), one]) {
        let connection = Connection::new(database);
        for (pragma, value) in [
            ("foreign_keys", 1),
            ("busy_timeout", 5000),
            ("synchronous", 2),
            ("cache_size", -2000),
        ] {
            let rows = run(&connection, &format!("PRAGMA {pragma}")).await.unwrap();
            assert_eq!(only_integer(rows), value, "{pragma}");
        }
        let rows = run(&connection, "PRAGMA journal_mode").await.unwrap();
        assert!(matches!(&rows[0][0], Value::Text(mode) if mode == "delete"));
    }
}

#[tokio::test]
async fn files_can_be_neither_attached_nor_written() {
    for database in databases() {
        let other = database.path().with_file_name("other.db");
        let connection = Connection::new(database);
        for sql in [
            format!("ATTACH '{}' AS o", other.display()),
            format!("ATTACH 'file:{}?mode=rwc' AS o", other.display()),
            format!("VACUUM INTO '{}'", other.display()),
        ] {
            let error = run(&connection, &sql).await.unwrap_err();
            assert!(
                matches!(&error, Error::Io(text) if text.contains("authoriz")),
                "{sql}: {error:?}"
            );
        }
        assert!(!other.exists());
        run(&connection, "ATTACH ':memory:' AS m").await.unwrap();
        run(&connection, "VACUUM").await.unwrap();
        let loaded = run(&connection, "SELECT load_extension('x')").await;
        assert!(loaded.is_err());
    }
}

#[tokio::test]
async fn values_come_back_as_they_went() {
    for database in databases() {
        let connection = Connection::new(database);
        let sent = vec![
            Value::Null,
            Value::Integer(i64::MIN),
            Value::Real(0.1),
            Value::Text("é".to_owned()),
            Value::Blob(vec![0, 255]),
        ];
        let result = connection
            .execute("SELECT ? a, ?, ?, ?, ?".to_owned(), sent)
            .await
            .unwrap();
        assert_eq!(result.columns[0], "a");
        assert!(matches!(
            result.rows[0].values.as_slice(),
            [Value::Null, Value::Integer(i64::MIN), Value::Real(r), Value::Text(t), Value::Blob(b)]
                if *r == 0.1 && t == "é" && b == &[0, 255]
        ));
        let error = run(&connection, "SELECT CAST(x'ff' AS TEXT)").await;
        assert!(matches!(error, Err(Error::Io(_))));
    }
}

#[tokio::test]
async fn an_error_in_mid_result_comes_after_the_rows() {
    for database in databases() {
        let connection = Connection::new(database);
        let sql = "SELECT abs(column1) FROM (VALUES (1), (-9223372036854775808))";
        let running = connection.start(sql.to_owned(), Vec::new()).await;
        let (rows, outcome) = read(running.unwrap()).await;
        assert_eq!(rows.len(), 1);
        assert!(outcome.is_err());
    }
}

#[tokio::test]
async fn a_statement_that_cannot_be_prepared_has_no_columns_and_an_error() {
    for database in databases() {
        let connection = Connection::new(database);
        let running = connection.start("SELEKT 1".to_owned(), Vec::new()).await;
        let running = running.unwrap();
        assert!(running.columns.is_empty());
        assert!(read(running).await.1.is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undrained_result_keeps_the_connection_until_it_is_dropped() {
    for database in databases() {
        let connection = Connection::new(database);
        // Too many to be read within a moment.
        let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
                   SELECT i FROM n LIMIT 1000000";
        let running = connection.start(sql.to_owned(), Vec::new()).await.unwrap();
        let waited = tokio::time::timeout(Duration::from_millis(100), run(&connection, "SELECT 1"));
        assert!(waited.await.is_err());
        drop(running);
        assert_eq!(only_integer(run(&connection, "SELECT 1").await.unwrap()), 1);
    }
}

#[tokio::test]
async fn dropping_a_connection_rolls_back() {
    for database in databases() {
        let first = Connection::new(database.clone());
        run(&first, "CREATE TABLE t (x)").await.unwrap();
        run(&first, "BEGIN IMMEDIATE").await.unwrap();
        run(&first, "INSERT INTO t VALUES (1)").await.unwrap();
        drop(first);
        let second = Connection::new(database);
        run(&second, "INSERT INTO t VALUES (2)").await.unwrap();
        let rows = run(&second, "SELECT group_concat(x) + 0 FROM t")
            .await
            .unwrap();
        assert_eq!(only_integer(rows), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_statement_is_done_to_its_end() {
    let database = with_wal().await;
    let connection = Connection::new(database.clone());
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300000)
               SELECT count(*) FROM n";
    for _ in 0..2 {
        assert_eq!(only_integer(run(&connection, sql).await.unwrap()), 300_000);
        let shared = database.shared().unwrap();
        let known = shared.known(&database.open().unwrap().sqlite, sql).unwrap();
        assert!(!known.is_short() && !known.writes);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_write_wait_for_each_other() {
    let database = with_wal().await;
    let [first, second] = [(); 2].map(|()| Connection::new(database.clone()));
    run(&first, "CREATE TABLE t (x)").await.unwrap();
    run(&first, "BEGIN IMMEDIATE").await.unwrap();
    run(&first, "INSERT INTO t VALUES (1)").await.unwrap();
    let other = tokio::spawn(async move { run(&second, "INSERT INTO t VALUES (2)").await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!other.is_finished());
    // Reads don't wait.
    let third = Connection::new(database);
    let rows = run(&third, "SELECT count(*) FROM t").await.unwrap();
    assert_eq!(only_integer(rows), 0);
    run(&first, "COMMIT").await.unwrap();
    other.await.unwrap().unwrap();
    let rows = run(&third, "SELECT count(*) FROM t").await.unwrap();
    assert_eq!(only_integer(rows), 2);
}

/// Without a WAL readers wait too: not on the thread that the writer needs to finish.
#[tokio::test]
async fn a_read_that_waits_lets_the_writer_go_on() {
    let [_, database] = databases();
    let [writer, reader] = [(); 2].map(|()| Connection::new(database.clone()));
    run(&writer, "CREATE TABLE t (x)").await.unwrap();
    run(&writer, "BEGIN EXCLUSIVE").await.unwrap();
    let read = tokio::spawn(async move { run(&reader, "SELECT count(*) FROM t").await });
    tokio::time::sleep(Duration::from_millis(20)).await;
    run(&writer, "INSERT INTO t VALUES (1)").await.unwrap();
    run(&writer, "COMMIT").await.unwrap();
    assert_eq!(only_integer(read.await.unwrap().unwrap()), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_is_waited_for() {
    let database = with_wal().await;
    let connection = Connection::new(database.clone());
    run(&connection, "CREATE TABLE t (x)").await.unwrap();
    run(&connection, "INSERT INTO t VALUES (0)").await.unwrap();
    let other = rusqlite::Connection::open(database.path()).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let ours = tokio::spawn(async move {
        run(&connection, "INSERT INTO t VALUES (1)").await?;
        run(&connection, "SELECT count(*) FROM t").await
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!ours.is_finished());
    other.execute_batch("COMMIT").unwrap();
    assert_eq!(only_integer(ours.await.unwrap().unwrap()), 2);
}

/// What comes after a statement that ran on a thread finds its connection free, and the
/// permit where it was.
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_goes_on_after_a_long_statement() {
    let database = with_wal().await;
    let connection = Connection::new(database);
    run(&connection, "CREATE TABLE t (x)").await.unwrap();
    let fill = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3000)
                INSERT INTO t SELECT i FROM n";
    let since = Instant::now();
    for _ in 0..100 {
        run(&connection, "BEGIN IMMEDIATE").await.unwrap();
        for sql in [fill, "DELETE FROM t", fill, "DELETE FROM t"] {
            run(&connection, sql).await.unwrap();
        }
        run(&connection, "COMMIT").await.unwrap();
    }
    assert!(since.elapsed() < PATIENCE);
}

#[tokio::test]
async fn a_connection_is_used_again_unless_it_was_altered() {
    let database = with_wal().await;
    let using = async |statements: &[&str]| {
        let connection = Connection::new(database.clone());
        for sql in statements {
            run(&connection, sql).await.unwrap();
        }
        only_integer(run(&connection, "PRAGMA cache_size").await.unwrap())
    };
    assert_eq!(using(&["PRAGMA cache_size = 7"]).await, 7);
    // The component's own setting is still there, what others don't expect is not.
    let altering = ["CREATE TEMP TABLE t (x)", "INSERT INTO t VALUES (1)"];
    assert_eq!(using(&altering).await, 7);
    assert_eq!(using(&["CREATE TABLE t (x)"]).await, -2000);
    let other = Connection::new(database.for_component());
    let rows = run(&other, "PRAGMA cache_size").await.unwrap();
    assert_eq!(only_integer(rows), -2000);
}

#[tokio::test(flavor = "multi_thread")]
async fn checkpoints_run_beside_writers() {
    let database = with_wal().await;
    let length = |path: &Path| {
        let mut name = path.as_os_str().to_owned();
        name.push("-wal");
        std::fs::metadata(name).map_or(0, |file| file.len())
    };
    let connection = Connection::new(database.clone());
    run(&connection, "PRAGMA journal_mode = WAL").await.unwrap();
    run(&connection, "PRAGMA wal_autocheckpoint = 1")
        .await
        .unwrap();
    run(&connection, "CREATE TABLE t (x)").await.unwrap();
    let fill = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000)
                INSERT INTO t SELECT zeroblob(4000) FROM n";
    for _ in 0..20 {
        run(&connection, fill).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // 20,000 pages were written; the WAL was begun again in between.
    let length = length(database.path());
    assert!(length < 60 << 20, "{length}");
    let rows = run(&connection, "SELECT count(*) FROM t").await.unwrap();
    assert_eq!(only_integer(rows), 20_000);
}
