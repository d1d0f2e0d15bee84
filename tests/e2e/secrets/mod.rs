//! Secrets in the store: what a copy of it gives away, and what becomes of them when the
//! variable `secrets_key` is another.

mod keys;
mod peer;
mod refusals;

use crate::support::{ADMIN, Client, Database, Server, State, text};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use peer::Peer;
use roster_model::Timestamp;
use roster_webhook::{Scheme, Secret, sign};
use serde_json::{Value, json};
use sha2::Sha256;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

const HOOK_SECRET: &str = "whsec_aG9vay1zZWNyZXQtb2YtdGhlLXRlc3RzLW9m";
const SOURCE_SECRET: &str = "source-secret-of-the-tests";
const HEADER_SECRET: &str = "header-secret-of-the-tests";
const APP_SECRET: &str = "app-secret-of-the-tests: 32 bytes or more";

const FILE: &str = "mail\nfile@example.org\n";

/// A server that leaves ticks to the test, with this variable; with none, its own key.
fn server(state: &State, secrets_key: Option<&str>) -> Server {
    let mut variables = vec![
        ("admin_token", ADMIN),
        ("import_hosts", "http://127.0.0.1:*"),
        ("notify_hosts", "http://127.0.0.1:*"),
    ];
    variables.extend(secrets_key.map(|key| ("secrets_key", key)));
    Server::without_ticks_with(state, &variables)
}

/// One of each that has a secret, and who knows these secrets.
struct Holders {
    server: Server,
    api: Client,
    peer: Peer,
    hook: String,
    schedule: String,
    watcher: String,
    watcher_secret: String,
}

impl Holders {
    fn new(secrets_key: Option<&str>) -> Self {
        let server = server(&State::new(), secrets_key);
        let db = Database::new(&server, "People", &[]);
        assert_eq!(db.id, "1", "as the app's token says");
        let peer = Peer::start(FILE);
        let api = &db.api;
        let hook = json!({"name": "Shop", "database_id": db.id, "preset": "flat",
            "verification": {"scheme": "standard", "secret": HOOK_SECRET}});
        let hook = text(&api.post("/v1/hooks", &hook).ok(201)["id"]);
        let schedule = json!({
            "name": "nightly", "plan": {"cron": "30 2 1 1 *"},
            "source": {"url": peer.url("/people.csv"), "headers": {"x-key": HEADER_SECRET},
                "auth": {"type": "bearer"}, "secret": SOURCE_SECRET},
            "settings": {"mapping": [{"column": "mail", "to": {"field": "email"}}]},
        });
        let made = api.post(&format!("{}/schedules", db.path), &schedule);
        let schedule = format!("{}/schedules/{}", db.path, text(&made.ok(201)["id"]));
        // It is sent nothing but what the test asks for.
        let watcher = json!({"name": "CRM", "url": peer.url("/"), "events": ["segment.left"]});
        let watcher = api.post("/v1/watchers", &watcher).ok(201);
        let push = json!({"name": "App", "databases": [db.id], "channels": ["push"]});
        let push = text(&api.post("/v1/resources", &push).ok(201)["id"]);
        let key = json!({"name": "app", "algorithm": "HS256", "secret": APP_SECRET,
            "resource_id": push});
        api.post(&format!("{}/app-keys", db.path), &key).ok(201);
        Holders {
            api: server.admin(),
            server,
            peer,
            hook,
            schedule,
            watcher: format!("/v1/watchers/{}", text(&watcher["id"])),
            watcher_secret: text(&watcher["secret"]),
        }
    }

    /// The same on a server with another variable.
    fn restarted(self, secrets_key: Option<&str>) -> Self {
        let state = self.server.terminate();
        let server = server(&state, secrets_key);
        let api = server.admin();
        Holders {
            server,
            api,
            ..self
        }
    }

    fn secrets(&self) -> [&str; 5] {
        [
            HOOK_SECRET,
            SOURCE_SECRET,
            HEADER_SECRET,
            APP_SECRET,
            &self.watcher_secret,
        ]
    }

    fn tick(&self) -> Value {
        self.api.post("/v1/tick", &json!({})).ok(200)
    }

    /// What a delivery of the webhook is answered that is signed with a secret.
    fn deliver(&self, secret: &str) -> crate::support::Answer {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let at = Timestamp::from_ms(i64::try_from(since.as_millis()).unwrap());
        let body = json!({"email": "hook@example.org"}).to_string();
        let id = format!("msg_{}", since.as_nanos());
        let secret = [Secret::standard(secret).unwrap()];
        let signed = sign(&id, at, body.as_bytes(), &secret).unwrap();
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(signed.headers());
        let target = format!("/hooks/{}", self.hook);
        self.server
            .anonymous()
            .send("POST", &target, &headers, &body)
    }

    /// Runs the schedule by hand until its import is over, or it failed.
    fn run(&self) -> Value {
        self.api
            .post(&format!("{}/run", self.schedule), &json!({}))
            .ok(202);
        for _ in 0..3 {
            self.tick();
        }
        let runs = self.api.get(&format!("{}/runs", self.schedule)).ok(200);
        runs["items"][0].clone()
    }

    /// Queues a message for the watcher and ticks; what became of it.
    fn notify(&self) -> Value {
        let queued = self
            .api
            .post(&format!("{}/test", self.watcher), &json!({}))
            .ok(202);
        self.tick();
        let message = format!("/v1/outbox/{}", text(&queued["id"]));
        self.api.get(&message).ok(200)
    }

    /// What somebody's app is answered.
    fn app(&self) -> u16 {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let claims = json!({"exp": 4_000_000_000_i64, "matching": {
            "db_id": 1, "matching": "email", "email": "app@example.org"}});
        let signed = format!("{}.{}", part(&json!({"alg": "HS256"})), part(&claims));
        let mut mac = Hmac::<Sha256>::new_from_slice(APP_SECRET.as_bytes()).unwrap();
        mac.update(signed.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
        let app = self.server.client(&format!("{signed}.{signature}"));
        app.get("/subscription/push/status/").status
    }

    /// All secrets do what they are for.
    #[track_caller]
    fn work(&self) {
        self.peer.got();
        self.deliver(HOOK_SECRET).ok(200);
        let run = self.run();
        assert_eq!(run["state"], "completed", "{run}");
        // A message that waited may come before.
        let asked = self.peer.got().into_iter().find(|one| one.verb == "GET");
        let asked = asked.expect("the file was asked for");
        assert_eq!(asked.header("x-key"), Some(HEADER_SECRET));
        let bearer = format!("Bearer {SOURCE_SECRET}");
        assert_eq!(asked.header("authorization"), Some(bearer.as_str()));
        let message = self.notify();
        assert_eq!(message["state"], "sent", "{message}");
        assert!(self.is_signed(), "by the watcher's secret");
        // Nobody is known by it yet; who may not come in is answered 401.
        assert_eq!(self.app(), 404);
    }

    /// Whether the last message to the watcher is signed with its secret.
    fn is_signed(&self) -> bool {
        let message = self.peer.got().pop().unwrap();
        let scheme = Scheme::parse(&json!({"scheme": "standard"})).unwrap();
        let secret = [scheme.secret(&self.watcher_secret).unwrap()];
        let headers = |name: &str| message.header(name);
        let at: i64 = headers("webhook-timestamp").unwrap().parse().unwrap();
        let at = Timestamp::from_ms(at * 1000);
        scheme.check(&headers, &message.body, &secret, at).is_ok()
    }

    /// The texts of all secrets as they are stored.
    fn stored(&self) -> Vec<String> {
        let store = rusqlite::Connection::open(self.server.state.file()).unwrap();
        let mut all = store
            .prepare(
                "SELECT value ->> 'secret' FROM hooks, json_each(secrets)
                 UNION ALL SELECT value FROM watchers, json_each(secrets)
                 UNION ALL SELECT secret FROM schedules
                 UNION ALL SELECT value FROM schedules, json_each(definition, '$.source.headers')
                 UNION ALL SELECT CAST(key AS TEXT) FROM app_keys",
            )
            .unwrap();
        let rows = all.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// Which of the secrets are found in the bytes of files.
    fn found_in(&self, files: &[PathBuf]) -> Vec<&str> {
        let files = files.iter().filter_map(|file| std::fs::read(file).ok());
        let bytes: Vec<u8> = files.flatten().collect();
        assert!(bytes.len() > 100_000, "the files were read");
        let holds = |text: &str| {
            bytes
                .windows(text.len())
                .any(|part| part == text.as_bytes())
        };
        let mut found = self.secrets().to_vec();
        // Without what all secrets of the scheme begin with.
        found.retain(|secret| holds(secret.strip_prefix("whsec_").unwrap_or(secret)));
        found
    }

    /// The database's files, as somebody would take them along.
    fn files(&self) -> Vec<PathBuf> {
        let file = self.server.state.file();
        let ends = ["", "-wal", "-journal"];
        let names = ends.map(|end| format!("{}{end}", file.display()));
        names.map(PathBuf::from).to_vec()
    }
}
