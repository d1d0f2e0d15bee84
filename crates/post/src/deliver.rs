//! Sending what is due, until nothing is or the time is up.
//!
//! Messages are claimed a few at a time. Those to people go in parallel, those
//! to one watcher one after the other, in the order in which they were written
//! down; nobody waits for a provider or a watcher that is slow but whoever is
//! meant by it. Whoever does not answer gets no more of them in this run: they
//! wait as long as the one that failed, in their order, and are not counted as
//! tried.

use crate::change::notice;
use crate::check::reason_not_to_ask;
use crate::judge::{Came, came, later, untried};
use crate::letter::{Letter, keys, letter, resource};
use crate::public_id;
use crate::question::Question;
use crate::sender::Sender;
use crate::settings::Settings;
use futures_util::future::{Either, join, select};
use futures_util::stream::{FuturesUnordered, StreamExt};
use roster_links::Keys;
use roster_model::{Channel, DatabaseId, Invalid, MessageId, Timestamp};
use roster_outbox::{Endpoint, Mail, Note, Outgoing};
use roster_store::catalogue::{self, Definitions};
use roster_store::outbox::{self, Kind, LEASE_MS, Message, Outcome, State};
use roster_store::{Error, Sql, profiles};
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::pin::pin;
use std::rc::Rc;

/// How many messages of a kind are claimed at a time.
const CLAIMED: i64 = 32;

/// How many messages to people are sent at the same time.
const LANES: usize = 4;

/// How many watchers are told at the same time.
const WATCHERS: usize = 16;

/// How long to wait between two looks for watchers that have something to be
/// told, while others are being told, in milliseconds.
const PAUSE_MS: u64 = 500;

/// What delivery depends on beside the store.
pub struct World<'a, S> {
    /// What sends requests.
    pub sender: &'a S,
    /// What it is set up with.
    pub settings: &'a Settings,
    /// The time.
    pub now: &'a dyn Fn() -> Timestamp,
    /// When to stop, after the requests that are under way then.
    pub until: Timestamp,
    /// Who delivers: unlike everybody else who does, also on other machines.
    pub holder: String,
}

impl<S> std::fmt::Debug for World<'_, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World")
            .field("settings", &self.settings)
            .field("until", &self.until)
            .field("holder", &self.holder)
            .finish_non_exhaustive()
    }
}

/// What became of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// How many were sent.
    pub sent: i64,
    /// How many are tried again later.
    pub again: i64,
    /// How many are dead now.
    pub dead: i64,
    /// How many were not to be sent any more, or wait for somebody.
    pub left_out: i64,
}

/// Sends what is due. Without an endpoint, messages to people are not even
/// looked at.
///
/// # Errors
/// What the store meets; what was claimed then is sent when its lease is over.
pub async fn deliver<S: Sender>(sql: &impl Sql, world: &World<'_, S>) -> Result<Delivered, Error> {
    let run = Run {
        world,
        keys: OnceCell::new(),
        known: RefCell::default(),
        down: RefCell::default(),
        mail: Cell::new(world.settings.mail.is_some()),
        done: Cell::default(),
    };
    let (asked, told) = join(run.people(sql), run.watchers(sql)).await;
    asked.and(told)?;
    Ok(run.done.get())
}

/// Waits for some work while lanes go on: one of them may hold the connection that
/// the work waits for. `ended` is told of each that ends meanwhile.
async fn beside<T, L: Future>(
    work: impl Future<Output = T>,
    lanes: &mut FuturesUnordered<L>,
    mut ended: impl FnMut(L::Output),
) -> T {
    let mut work = pin!(work);
    loop {
        if lanes.is_empty() {
            return work.await;
        }
        match select(work.as_mut(), lanes.next()).await {
            Either::Left((done, _)) => return done,
            Either::Right((lane, _)) => lane.into_iter().for_each(&mut ended),
        }
    }
}

/// One delivery.
struct Run<'a, S> {
    world: &'a World<'a, S>,
    /// What links are signed with, once it was needed.
    keys: OnceCell<Keys>,
    /// The definitions of databases; none for those that are gone.
    known: RefCell<HashMap<DatabaseId, Option<Rc<Definitions>>>>,
    /// Whether messages to people can be sent, as far as is known.
    mail: Cell<bool>,
    /// Watchers that take nothing at the moment, and until when they are left
    /// alone.
    down: RefCell<HashMap<String, Timestamp>>,
    done: Cell<Delivered>,
}

/// A request that can be sent, and what judges its answer.
struct Ready {
    request: Outgoing,
    endpoint: Endpoint,
}

impl<S: Sender> Run<'_, S> {
    /// Asks people: whichever lane is free takes the next message.
    async fn people(&self, sql: &impl Sql) -> Result<(), Error> {
        let mut lanes = FuturesUnordered::new();
        let mut waiting = VecDeque::new();
        let mut result = Ok(());
        loop {
            let now = (self.world.now)();
            if waiting.is_empty() && result.is_ok() && self.mail.get() && now < self.world.until {
                let nobody = BTreeSet::new();
                let look = self.claim(sql, Kind::Confirmation, now, &nobody);
                let mut ended = Ok(());
                let claimed = beside(look, &mut lanes, |done: Result<(), Error>| {
                    if done.is_err() {
                        ended = done;
                    }
                });
                let claimed = claimed.await;
                result = result.and(ended);
                match claimed {
                    Ok(claimed) => waiting.extend(claimed.into_iter().map(|one| (one, now))),
                    Err(error) => result = Err(error),
                }
            }
            while lanes.len() < LANES
                && let Some((message, claimed)) = waiting.pop_front()
            {
                lanes.push(self.lane(sql, vec![message], claimed));
            }
            // Requests that are under way end, whatever the store meets.
            match lanes.next().await {
                Some(done) => result = result.and(done),
                None => return result,
            }
        }
    }

    /// Tells watchers: each has a lane of its own, and while one is slow others
    /// are looked for.
    async fn watchers(&self, sql: &impl Sql) -> Result<(), Error> {
        let mut lanes = FuturesUnordered::new();
        let mut busy: BTreeSet<String> = BTreeSet::new();
        let mut result = Ok(());
        loop {
            let now = (self.world.now)();
            if busy.len() < WATCHERS && result.is_ok() && now < self.world.until {
                let mut told: BTreeMap<String, Vec<Message>> = BTreeMap::new();
                let taken = busy.clone();
                let look = self.claim(sql, Kind::Change, now, &taken);
                let mut ended = Ok(());
                let claimed = beside(look, &mut lanes, |(watcher, done): (String, _)| {
                    busy.remove(&watcher);
                    if let Err(error) = done {
                        ended = Err(error);
                    }
                });
                let claimed = claimed.await;
                result = result.and(ended);
                match claimed {
                    Ok(claimed) => {
                        for message in claimed {
                            told.entry(message.recipient.clone())
                                .or_default()
                                .push(message);
                        }
                    }
                    Err(error) => result = Err(error),
                }
                for (watcher, messages) in told {
                    busy.insert(watcher.clone());
                    lanes.push(async move { (watcher, self.lane(sql, messages, now).await) });
                }
            }
            if lanes.is_empty() {
                return result;
            }
            let pause = pin!(self.world.sender.pause(PAUSE_MS));
            if let Either::Left((Some((watcher, done)), _)) = select(lanes.next(), pause).await {
                busy.remove(&watcher);
                result = result.and(done);
            }
        }
    }

    /// Messages of a kind that are due, but for some recipients. A look takes no
    /// lock, and mostly nothing is.
    async fn claim(
        &self,
        sql: &impl Sql,
        kind: Kind,
        now: Timestamp,
        but: &BTreeSet<String>,
    ) -> Result<Vec<Message>, Error> {
        if outbox::is_due(sql, kind, now, but).await? {
            outbox::claim(sql, kind, now, &self.world.holder, CLAIMED, but).await
        } else {
            Ok(Vec::new())
        }
    }

    /// Sends messages one after the other.
    async fn lane(
        &self,
        sql: &impl Sql,
        messages: Vec<Message>,
        claimed: Timestamp,
    ) -> Result<(), Error> {
        let holder = &self.world.holder;
        // The last moment to begin one: it must end before its lease does.
        let last = claimed.ms().saturating_add(LEASE_MS - S::PATIENCE_MS);
        let mut messages = messages.into_iter();
        while let Some(message) = messages.next() {
            let now = (self.world.now)();
            let people = message.kind == Kind::Confirmation;
            let not_before = self.down.borrow().get(&message.recipient).copied();
            let late = now >= self.world.until || now.ms() > last;
            if late || (people && !self.mail.get()) || not_before.is_some() {
                let rest = std::iter::once(message).chain(messages);
                let ids: Vec<MessageId> = rest.map(|message| message.id).collect();
                return outbox::release(sql, &ids, holder, not_before).await;
            }
            let came = self.one(sql, &message).await?;
            let now = (self.world.now)();
            if outbox::finish(sql, &message, holder, &came.outcome, now).await? {
                self.count(&came.outcome);
            }
            if came.closed && people {
                self.mail.set(false);
            } else if let Some(due) = came.outcome.due_at.filter(|_| came.closed) {
                self.down.borrow_mut().insert(message.recipient, due);
            }
        }
        Ok(())
    }

    fn count(&self, outcome: &Outcome) {
        let mut done = self.done.get();
        let counter = match outcome.state {
            State::Sent => &mut done.sent,
            State::Queued => &mut done.again,
            State::Dead => &mut done.dead,
            State::Cancelled | State::Held => &mut done.left_out,
        };
        *counter += 1;
        self.done.set(done);
    }

    /// Does one message.
    async fn one(&self, sql: &impl Sql, message: &Message) -> Result<Came, Error> {
        let now = (self.world.now)();
        let ready = match message.kind {
            Kind::Confirmation => self.question(sql, message, now).await?,
            Kind::Change => {
                let notice = notice(sql, self.world.settings, message, now).await?;
                notice
                    .map(|notice| Ready {
                        request: notice.request,
                        endpoint: notice.endpoint,
                    })
                    .map_err(|(state, detail)| untried(state, detail))
            }
        };
        let ready = match ready {
            Ok(ready) => ready,
            Err(outcome) => {
                let closed = false;
                return Ok(Came { outcome, closed });
            }
        };
        let answer = self.world.sender.send(ready.request).await;
        let now = (self.world.now)();
        Ok(came(message, &ready.endpoint, answer, now))
    }

    /// The request that asks a question, or what becomes of it unasked.
    async fn question(
        &self,
        sql: &impl Sql,
        message: &Message,
        now: Timestamp,
    ) -> Result<Result<Ready, Outcome>, Error> {
        let cancelled = |reason: &str| Ok(Err(untried(State::Cancelled, reason.to_owned())));
        let settings = self.world.settings;
        let Some(endpoint) = &settings.mail else {
            return cancelled("no_endpoint");
        };
        let definitions = match message.database {
            Some(database) => self.definitions(sql, database).await?,
            None => None,
        };
        let (Some(definitions), Some(profile)) = (definitions, message.profile) else {
            return cancelled("database_gone");
        };
        let Some(question) = Question::read(&message.body) else {
            return cancelled("unreadable");
        };
        let Some(resource) = resource(&definitions, &question) else {
            return cancelled("resource_gone");
        };
        let found = profiles::many(sql, &[profile.pk()]).await?;
        let found = found
            .iter()
            .find(|found| found.database == definitions.database.id);
        let reason = reason_not_to_ask(sql, &definitions, resource, found, &question, message, now);
        if let Some(reason) = reason.await? {
            return cancelled(reason);
        }
        let keys = match self.keys.get() {
            Some(keys) => keys.clone(),
            None => {
                let keys = keys(sql).await?;
                self.keys.get_or_init(|| keys).clone()
            }
        };
        let letter = letter(settings, &keys, &definitions, resource, &question, message);
        let Some(letter) = letter else {
            return cancelled("profile_gone");
        };
        let channel = question.contact.channel();
        let to = question.contact.key().into_owned();
        let metadata = BTreeMap::from([
            ("database".to_owned(), definitions.database.id.to_string()),
            ("profile".to_owned(), profile.to_string()),
            ("resource".to_owned(), resource.id.to_string()),
        ]);
        let request = if channel == Channel::Email {
            if letter.from.is_empty() {
                // Somebody has to say who sends; until then it waits.
                return Ok(Err(later(
                    message,
                    0,
                    "no_sender: set mail_from.",
                    None,
                    now,
                )));
            }
            endpoint.request(&mail(message, to, letter, metadata))
        } else {
            endpoint.request_note(&Note {
                id: public_id(message.id),
                channel,
                to,
                text: letter.text,
                tag: Some("confirmation".to_owned()),
                metadata,
            })
        };
        Ok(match request {
            Ok(request) => Ok(Ready {
                request,
                endpoint: endpoint.clone(),
            }),
            Err(wrong) if wrong.iter().any(|invalid| invalid.code == "invalid_format") => {
                Err(untried(State::Held, "channel_not_supported".to_owned()))
            }
            Err(wrong) => Err(untried(State::Dead, sentence(&wrong))),
        })
    }

    async fn definitions(
        &self,
        sql: &impl Sql,
        database: DatabaseId,
    ) -> Result<Option<Rc<Definitions>>, Error> {
        let known = self.known.borrow().get(&database).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let loaded = catalogue::load(sql, database).await?.map(Rc::new);
        self.known.borrow_mut().insert(database, loaded.clone());
        Ok(loaded)
    }
}

fn mail(message: &Message, to: String, letter: Letter, metadata: BTreeMap<String, String>) -> Mail {
    Mail {
        id: public_id(message.id),
        to,
        from: letter.from,
        from_name: letter.from_name,
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
        headers: letter.headers,
        tag: Some("confirmation".to_owned()),
        metadata,
        ..Mail::default()
    }
}

/// What complaints say, in a line.
fn sentence(wrong: &[Invalid]) -> String {
    let lines: Vec<String> = wrong
        .iter()
        .map(|invalid| format!("{} {}: {}", invalid.pointer, invalid.code, invalid.detail))
        .collect();
    lines.join(" ")
}
