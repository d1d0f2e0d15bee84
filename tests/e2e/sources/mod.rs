//! `/v1/connectors`, and schedules that read tables of a real PostgreSQL and a real MariaDB:
//! those that `tests/sources/serve` starts. Without them these tests are skipped, and say so.

mod broken;
mod connectors;
mod incremental;
mod interrupted;
mod keys;
mod types;

use crate::support::{ADMIN, Client, Database, Server, State, text};
use serde_json::{Value, json};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A key for secrets.
const KEY: &str = "0123456789abcdef0123456789abcdef";

/// A database of others that the environment names.
pub struct Shop {
    kind: &'static str,
    user: String,
    password: String,
    host: String,
    port: u16,
    database: String,
}

impl Shop {
    /// The PostgreSQL of `ROSTER_TEST_POSTGRES`.
    pub fn postgres() -> Option<Self> {
        Self::of("postgres", "ROSTER_TEST_POSTGRES")
    }

    /// The MariaDB or MySQL of `ROSTER_TEST_MYSQL`.
    pub fn mysql() -> Option<Self> {
        Self::of("mysql", "ROSTER_TEST_MYSQL")
    }

    fn of(kind: &'static str, variable: &str) -> Option<Self> {
        let Ok(address) = std::env::var(variable) else {
            eprintln!("skipped: {variable} names no database (tests/sources/serve starts one)");
            return None;
        };
        let (_, rest) = address.split_once("://").unwrap();
        let (account, rest) = rest.rsplit_once('@').unwrap();
        let (user, password) = account.split_once(':').unwrap();
        let (place, database) = rest.split_once('/').unwrap();
        let (host, port) = place.split_once(':').unwrap();
        Some(Shop {
            kind,
            user: user.to_owned(),
            password: password.to_owned(),
            host: host.to_owned(),
            port: port.parse().unwrap(),
            database: database.to_owned(),
        })
    }

    /// The variables by which `psql` finds it.
    pub fn client_variables(&self) -> [(&'static str, String); 5] {
        [
            ("PGHOST", self.host.clone()),
            ("PGPORT", self.port.to_string()),
            ("PGUSER", self.user.clone()),
            ("PGPASSWORD", self.password.clone()),
            ("PGDATABASE", self.database.clone()),
        ]
    }

    /// Does statements there; what they give, without headers.
    pub fn sql(&self, statements: &str) -> String {
        let mut command = match self.kind {
            "postgres" => {
                let mut psql = Command::new("psql");
                psql.env("PGPASSWORD", &self.password)
                    .args(["-h", &self.host, "-p", &self.port.to_string()])
                    .args(["-U", &self.user, "-d", &self.database])
                    .args(["-v", "ON_ERROR_STOP=1", "-qAt", "-c", statements]);
                psql
            }
            _ => {
                let mut mariadb = Command::new("mariadb");
                mariadb
                    .env("MYSQL_PWD", &self.password)
                    .args(["--no-defaults", "--protocol=tcp", "--skip-ssl"])
                    .args(["-h", &self.host, "-P", &self.port.to_string()])
                    .args(["-u", &self.user, "-N", "-B", "-e", statements])
                    .arg(&self.database);
                mariadb
            }
        };
        let done = command.output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{statements}\n{said}");
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }

    /// A name that no other table has.
    pub fn name(&self, of: &str) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        format!("{of}_{}_{count}", std::process::id())
    }

    /// The body of a connector.
    pub fn body(&self, more: Value) -> Value {
        let mut body = json!({
            "name": self.name("shop"), "kind": self.kind, "tls": "off",
            "address": format!("{}:{}", self.host, self.port), "database": self.database,
            "user": self.user, "secret": self.password,
        });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    }

    /// A connector there; its id.
    pub fn connector(&self, api: &Client, more: Value) -> String {
        text(&api.post("/v1/connectors", &self.body(more)).ok(201)["id"])
    }

    /// A connector by a user who may read this table or view and nothing else.
    pub fn reader(&self, api: &Client, of: &str) -> String {
        self.sql(&format!("GRANT SELECT ON {of} TO reader@'%'"));
        self.connector(api, json!({"user": "reader"}))
    }

    /// A table of customers: `id`, `email`, `name`, `changed`, one for each number up to `count`.
    pub fn customers(&self, count: u32) -> String {
        let table = self.name("customers");
        let numbers = match self.kind {
            "postgres" => format!("generate_series(1, {count}) AS n"),
            _ => format!(
                "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count}) \
                 SELECT n FROM s) AS numbers"
            ),
        };
        let settings = match self.kind {
            "postgres" => "",
            _ => "SET max_recursive_iterations = 10000000;",
        };
        let moment = match self.kind {
            "postgres" => "timestamptz '2026-01-01 00:00:00+00' + n * interval '1 second'",
            _ => "TIMESTAMP('2026-01-01 00:00:00') + INTERVAL n SECOND",
        };
        let kind = match self.kind {
            "postgres" => "timestamptz",
            _ => "datetime",
        };
        self.sql(&format!(
            "{settings} CREATE TABLE {table} (id integer PRIMARY KEY, email varchar(100) NOT NULL, \
             name varchar(100), changed {kind} NOT NULL); \
             INSERT INTO {table} SELECT n, concat('c', n, '@example.org'), concat('Name ', n), {moment} \
             FROM {numbers}; CREATE INDEX {table}_changed ON {table} (changed);"
        ));
        table
    }
}

/// A server that may connect to this machine, and leaves ticks to the test.
pub fn server(state: &State) -> Server {
    Server::without_ticks_with(state, &variables())
}

/// The variables of such a server.
pub fn variables() -> [(&'static str, &'static str); 3] {
    [
        ("admin_token", ADMIN),
        ("sql_hosts", "127.0.0.1:*"),
        ("secrets_key", KEY),
    ]
}

/// A schedule that reads a table.
pub struct TableSchedule<'a> {
    db: &'a Database,
    path: String,
}

impl<'a> TableSchedule<'a> {
    /// One that maps `email` and `name`; `source` and `more` come on top.
    pub fn new(db: &'a Database, source: Value, more: Value) -> Self {
        let mut body = json!({
            "name": "nightly", "plan": {"cron": "30 2 * * *"}, "source": source,
            "settings": {"mapping": [
                {"column": "email", "to": {"field": "email"}},
                {"column": "name", "to": {"field": "_fname"}},
            ]},
        });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let made = db
            .api
            .post(&format!("{}/schedules", db.path), &body)
            .ok(201);
        let path = format!("{}/schedules/{}", db.path, text(&made["id"]));
        TableSchedule { db, path }
    }

    pub fn get(&self) -> Value {
        self.db.api.get(&self.path).ok(200)
    }

    pub fn patch(&self, patch: Value) -> Value {
        self.db.api.patch(&self.path, &patch).ok(200)
    }

    /// The newest run.
    pub fn newest(&self) -> Value {
        let page = self.db.api.get(&format!("{}/runs", self.path)).ok(200);
        page["items"][0].clone()
    }

    pub fn start(&self, body: Value) -> Value {
        self.db
            .api
            .post(&format!("{}/run", self.path), &body)
            .ok(202)
    }

    pub fn tick(&self) {
        self.db
            .api
            .post("/v1/tick", &json!({"seconds": 10}))
            .ok(200);
    }

    /// Ticks until the newest run has ended, or waits.
    pub fn settle(&self) -> Value {
        let since = Instant::now();
        loop {
            self.tick();
            let run = self.newest();
            if !matches!(text(&run["state"]).as_str(), "fetching" | "importing") {
                return run;
            }
            assert!(since.elapsed() < Duration::from_secs(120), "{run}");
        }
    }

    /// Runs it by hand to its end.
    pub fn finish(&self, body: Value) -> Value {
        self.start(body);
        self.settle()
    }

    /// The import of a run.
    pub fn import(&self, run: &Value) -> Value {
        let path = format!("{}/imports/{}", self.db.path, text(&run["import_id"]));
        self.db.api.get(&path).ok(200)
    }

    /// Runs it to its end, which is good; how many rows were created, updated and left.
    pub fn counts(&self, body: Value) -> (u64, u64, u64) {
        let run = self.finish(body);
        assert_eq!(run["state"], "completed", "{run}");
        let import = self.import(&run);
        let count = |name: &str| import["counts"][name].as_u64().unwrap();
        assert_eq!(count("read"), run["rows"].as_u64().unwrap(), "{import}");
        assert_eq!(count("failed"), 0, "{import}");
        (count("created"), count("updated"), count("unchanged"))
    }
}

/// The code of the last thing that went wrong in a run.
pub fn last_code(run: &Value) -> String {
    let errors = run["errors"].as_array().unwrap();
    errors
        .last()
        .map_or_else(String::new, |error| text(&error["code"]))
}
