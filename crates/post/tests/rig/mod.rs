//! A store with one database and one resource, a clock, a provider.

use roster_links::{Key, Keys, LinkClaims, Purpose};
use roster_model::define::Settings as _;
use roster_model::schedule::AllowedHosts;
use roster_model::suppression::{Entry, EntryHints};
use roster_model::write::{
    Command, Request, prepare_subscription_delete, prepare_subscription_set,
};
use roster_model::{
    DatabaseId, DatabaseSettings, MessageId, Origin, Profile, ProfileId, ResourceId,
    ResourceSettings, SuppressionId, Timestamp, WatcherId, WatcherSettings, standard_fields,
};
use roster_outbox::{Endpoint, Format, OutgoingRequest};
use roster_post::{
    Answer, DeliveryCounts, Letter, Sender, Settings, World, deliver, preview, wake,
};
use roster_seal::Keyring;
use roster_store::catalogue::{self, Author};
use roster_store::native::Native;
use roster_store::outbox::{self, Message};
use roster_store::schedules::StoredSecret;
use roster_store::suppressions::changes::{ChangeContext, add};
use roster_store::suppressions::history::Action;
use roster_store::write::{Batch, BatchOutcome, run};
use roster_store::{
    Cell as Column, Sql, databases, link_keys, migrate, profiles, resources, suppressions, watchers,
};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

pub const START: i64 = 1_795_000_000_000;

/// What watchers' messages are signed with.
pub const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

type ScriptedAnswer = Result<Answer, String>;

/// A provider that gives answers in turn and keeps what it was asked.
#[derive(Default)]
pub struct Script {
    answers: RefCell<VecDeque<ScriptedAnswer>>,
    asked: RefCell<Vec<OutgoingRequest>>,
    /// A host that takes requests and never answers.
    stalls: RefCell<Option<String>>,
}

impl Sender for Script {
    const PATIENCE_MS: i64 = 20_000;

    async fn send(&self, request: OutgoingRequest) -> ScriptedAnswer {
        let stalls = self.stalls.borrow().clone();
        if stalls.is_some_and(|host| request.url.as_str().contains(&host)) {
            self.asked.borrow_mut().push(request);
            return std::future::pending().await;
        }
        let next = self.answers.borrow_mut().pop_front();
        let said = next.unwrap_or_else(|| panic!("nobody should send {request:?}"));
        self.asked.borrow_mut().push(request);
        said
    }

    /// Time passes only where a test says so.
    async fn pause(&self, _: u64) {
        std::future::pending().await
    }
}

pub fn answer(status: u16, body: &str) -> ScriptedAnswer {
    Ok(Answer {
        status,
        headers: Vec::new(),
        body: body.as_bytes().to_vec(),
    })
}

pub fn postmark() -> Endpoint {
    Endpoint::parse(Format::Postmark, "", Some("server-token")).unwrap()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits for something"),
    }
}

pub struct Rig {
    pub sql: Native,
    pub settings: Settings,
    clock: Cell<i64>,
    script: Script,
    workers: Cell<u32>,
    door: Cell<Origin>,
}

impl Rig {
    /// One whose resource has these settings of double opt-in.
    pub fn new(opt_in: Value) -> Self {
        let sql = Native::in_memory().unwrap();
        let url = "https://gateway.example.org/send";
        let rig = Rig {
            sql,
            settings: Settings {
                mail: Some(Endpoint::parse(Format::Json, url, None).unwrap()),
                from: "news@example.org".to_owned(),
                from_name: "News".to_owned(),
                public_url: "https://people.example.org".to_owned(),
                hosts: AllowedHosts::of_variable("notify_hosts", "*.example.org"),
                keys: Keyring::default(),
            },
            clock: Cell::new(START),
            script: Script::default(),
            workers: Cell::new(0),
            door: Cell::new(Origin::Api),
        };
        let mut double = json!({"enabled": true});
        for (name, value) in opt_in.as_object().unwrap() {
            double[name] = value.clone();
        }
        block_on(migrate::migrate(&rig.sql, migrate::VERSION)).unwrap();
        let people = DatabaseSettings::create(&json!({"name": "People"})).unwrap();
        let author = rig.author();
        let made = databases::create(&rig.sql, people, standard_fields(), &author);
        block_on(made).unwrap().unwrap();
        let definitions = rig.definitions();
        let news = json!({
            "name": "News", "databases": ["1"], "channels": ["email", "sms"],
            "double_opt_in": double,
        });
        let news = ResourceSettings::create(&news, &definitions.database.context()).unwrap();
        block_on(resources::create(&rig.sql, news, &rig.author()))
            .unwrap()
            .unwrap();
        rig
    }

    pub fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        block_on(future)
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_ms(self.clock.get())
    }

    pub fn pass(&self, ms: i64) {
        self.clock.set(self.clock.get() + ms);
    }

    fn author(&self) -> Author<'static> {
        Author {
            actor: "tester",
            interface: "api",
            at: self.now(),
        }
    }

    fn definitions(&self) -> Arc<catalogue::Definitions> {
        let id = DatabaseId::new(1).unwrap();
        Arc::new(block_on(catalogue::load(&self.sql, id)).unwrap().unwrap())
    }

    fn write(&self, prepare: impl Fn(&catalogue::Definitions) -> Command) -> ProfileId {
        let definitions = self.definitions();
        let batch = Batch {
            items: vec![Ok(prepare(&definitions))],
            definitions,
            beside: Vec::new(),
            atomic: false,
            now: self.now(),
            actor: "tester".to_owned(),
            interface: "api",
            origin: self.door.get(),
            speaks_for_all: true,
            repeatable: None,
            step: None,
            delivery: None,
            dry: false,
        };
        match block_on(run(&self.sql, &[&batch])).remove(0) {
            Ok(BatchOutcome::Written(mut results)) => results.remove(0).unwrap().id,
            other => panic!("{other:?}"),
        }
    }

    fn import(&self, data: &Value) -> ProfileId {
        self.write(|definitions| {
            let schema = definitions.schema();
            let members = json!({"matching": "email_profile", "mode": "add"});
            let request = Request::parse(members.as_object().unwrap(), &schema, true).unwrap();
            request.prepare(data, &schema).unwrap()
        })
    }

    /// Somebody new, subscribed to nothing.
    pub fn person(&self, email: &str) -> ProfileId {
        self.import(&json!({ "email": email }))
    }

    /// Somebody new who subscribes by e-mail.
    pub fn subscribe(&self, email: &str) -> ProfileId {
        self.subscribe_by(json!({"channel": "email", "email": email}))
    }

    /// Somebody new with this subscription.
    pub fn subscribe_by(&self, mut subscription: Value) -> ProfileId {
        subscription["resource_id"] = json!("1");
        self.import(&json!({ "subscriptions": [subscription] }))
    }

    /// Somebody fills a form in with what is known already.
    pub fn fill_form(&self, email: &str) {
        self.door.set(Origin::Form);
        let data = json!({"subscriptions": [{
            "resource_id": "1", "channel": "email", "email": email, "status": "subscribed",
        }]});
        self.write(|definitions| {
            let schema = definitions.schema();
            let members = json!({"matching": "email_sub", "resource_id": "1"});
            let request = Request::parse(members.as_object().unwrap(), &schema, true).unwrap();
            request.prepare(&data, &schema).unwrap()
        });
        self.door.set(Origin::Api);
    }

    pub fn set_status(&self, id: ProfileId, email: &str, status: &str) {
        self.pass(1);
        let body = json!({
            "resource_id": "1", "channel": "email", "email": email, "status": status,
        });
        self.write(|definitions| {
            prepare_subscription_set(id, &body, None, &definitions.schema()).unwrap()
        });
    }

    pub fn delete_subscription(&self, id: ProfileId, email: &str) {
        let body = json!({"resource_id": "1", "channel": "email", "email": email});
        self.write(|definitions| {
            prepare_subscription_delete(id, &body, None, &definitions.schema()).unwrap()
        });
    }

    pub fn profile(&self, id: ProfileId) -> Profile {
        block_on(profiles::many(&self.sql, &[id.pk()]))
            .unwrap()
            .remove(0)
    }

    /// Puts an address on the list that holds everywhere.
    pub fn suppress(&self, email: &str) {
        let id = SuppressionId::new(1).unwrap();
        let mut list = block_on(suppressions::get(&self.sql, id))
            .unwrap()
            .unwrap()
            .list;
        let entry = Entry::parse(email, &EntryHints::default()).unwrap();
        let why = ChangeContext {
            action: Action::Added,
            reason: "",
            author: self.author(),
        };
        block_on(add(&self.sql, &mut list, &[entry], "", &why)).unwrap();
    }

    pub fn watcher(&self, url: &str) -> WatcherId {
        let settings = WatcherSettings::create(&json!({"name": url, "url": url, "events": [
            "profile.created"
        ]}));
        let keys = &self.settings.keys;
        let secret = keys.seal_if_any(roster_seal::Purpose::Watcher, SECRET);
        let secret = StoredSecret(secret.unwrap());
        let author = self.author();
        let made = watchers::create(&self.sql, settings.unwrap(), secret, &author);
        block_on(made).unwrap().unwrap().watcher.id
    }

    pub fn change_watcher(&self, id: WatcherId, patch: &Value) {
        let found = block_on(watchers::get(&self.sql, id)).unwrap().unwrap();
        let settings = found.watcher.settings.patch(patch).unwrap();
        block_on(watchers::update(
            &self.sql,
            &found.watcher,
            &settings,
            &self.author(),
        ))
        .unwrap();
    }

    pub fn delete_watcher(&self, id: WatcherId) {
        let found = block_on(watchers::get(&self.sql, id)).unwrap().unwrap();
        block_on(watchers::delete(&self.sql, &found.watcher, &self.author())).unwrap();
    }

    pub fn change_resource(&self, patch: &Value) {
        let id = ResourceId::new(1).unwrap();
        let found = block_on(resources::get(&self.sql, id)).unwrap().unwrap();
        let definitions = self.definitions();
        let context = definitions.database.context();
        let settings = found.resource.settings.patch(patch, &context).unwrap();
        block_on(resources::update(
            &self.sql,
            &found.resource,
            &settings,
            &self.author(),
        ))
        .unwrap();
    }

    pub fn says(&self, answer: ScriptedAnswer) {
        self.script.answers.borrow_mut().push_back(answer);
    }

    pub fn asked(&self) -> Vec<OutgoingRequest> {
        self.script.asked.take()
    }

    /// A tick's delivery, by another worker each time.
    pub fn deliver(&self) -> DeliveryCounts {
        self.deliver_until(Timestamp::from_ms(i64::MAX))
    }

    pub fn deliver_until(&self, until: Timestamp) -> DeliveryCounts {
        self.workers.set(self.workers.get() + 1);
        let now = || self.now();
        let world = World {
            sender: &self.script,
            settings: &self.settings,
            now: &now,
            until,
            holder: format!("worker {}", self.workers.get()),
        };
        block_on(deliver(&self.sql, &world)).unwrap()
    }

    pub fn stalls(&self, host: &str) {
        *self.script.stalls.borrow_mut() = Some(host.to_owned());
    }

    pub fn asked_so_far(&self) -> Vec<String> {
        let asked = self.script.asked.borrow();
        asked.iter().map(|one| one.url.to_string()).collect()
    }

    /// A delivery that waits for somebody; looks at what was sent by then.
    pub fn deliver_while_waiting(&self, look: impl FnOnce()) {
        let now = || self.now();
        let world = World {
            sender: &self.script,
            settings: &self.settings,
            now: &now,
            until: Timestamp::from_ms(i64::MAX),
            holder: "patient".to_owned(),
        };
        let mut delivering = pin!(deliver(&self.sql, &world));
        let mut context = Context::from_waker(Waker::noop());
        assert!(delivering.as_mut().poll(&mut context).is_pending());
        look();
    }

    pub fn wake(&self) -> i64 {
        block_on(wake(&self.sql, self.now())).unwrap()
    }

    pub fn message(&self, id: i64) -> Message {
        let id = MessageId::new(id).unwrap();
        block_on(outbox::get(&self.sql, id)).unwrap().unwrap()
    }

    pub fn preview(&self, id: i64) -> Option<Letter> {
        block_on(preview(&self.sql, &self.settings, &self.message(id))).unwrap()
    }

    /// What a confirmation link says so many milliseconds from now; none if it
    /// is no longer good.
    pub fn open(&self, link: &str, later: i64) -> Option<LinkClaims> {
        let keys = block_on(link_keys::all(&self.sql)).unwrap();
        let keys = Keys::new(keys.into_iter().map(|key| Key {
            id: key.id,
            secret: key.secret,
        }));
        let token = link.rsplit('/').next().unwrap();
        let at = Timestamp::from_ms(self.clock.get() + later);
        keys.unwrap().read(token, Purpose::Confirm, at).ok()
    }

    /// Whether history knows of something that somebody did through a door.
    pub fn told(&self, actor: &str, interface: &str) -> bool {
        let found = self.sql.query(
            "SELECT 1 FROM history WHERE actor = ?1 AND interface = ?2",
            vec![Column::from(actor), Column::from(interface)],
        );
        !block_on(found).unwrap().is_empty()
    }
}
