//! Sending what is due, until nothing is or the time is up.
//!
//! Messages are claimed a few at a time. Those to people go in parallel, those
//! to one watcher one after the other, in the order in which they were written
//! down; nobody waits for a provider or a watcher that is slow but those who are
//! meant by it. Anyone who does not answer gets no more of them for a while, and the
//! others are not counted as tried.

use crate::change::notice;
use crate::judge::{DeliveryResult, came};
use crate::sender::Sender;
use crate::settings::Settings;
use futures_util::future::{Either, join, select};
use futures_util::stream::{FuturesUnordered, StreamExt};
use roster_links::Keys;
use roster_model::{DatabaseId, MessageId, Timestamp, WatcherId};
use roster_outbox::{Endpoint, OutgoingRequest};
use roster_store::catalogue::Definitions;
use roster_store::outbox::{self, Kind, LEASE_MS, Message, Outcome, State};
use roster_store::watchers::{self, WatcherRow};
use roster_store::{Error, Sql};
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::pin::pin;
use std::rc::Rc;

/// How many messages of a lane, or to people, are claimed at a time.
pub(crate) const CLAIMED: i64 = 32;

/// How many messages to people are sent at the same time: a provider is one host.
const LANES: usize = 4;

/// For how long a watcher is believed to be as it was read, in milliseconds.
const BELIEVED_MS: i64 = 1_000;

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
pub struct DeliveryCounts {
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
pub async fn deliver<S: Sender>(
    sql: &impl Sql,
    world: &World<'_, S>,
) -> Result<DeliveryCounts, Error> {
    let run = Run {
        world,
        keys: OnceCell::new(),
        known: RefCell::default(),
        watchers: RefCell::default(),
        mail: Cell::new(world.settings.mail.is_some()),
        done: Cell::default(),
    };
    let (asked, told) = join(run.people(sql), run.watchers(sql)).await;
    asked.and(told)?;
    Ok(run.done.get())
}

/// Waits for some work while lanes go on: one of them may hold the connection that
/// the work waits for. `ended` is told of each that ends meanwhile.
pub async fn beside<T, L: Future>(
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

/// A watcher as it was read; none if it is gone.
type CachedWatcher = Option<Rc<WatcherRow>>;

/// One delivery.
pub(crate) struct Run<'a, S> {
    pub(crate) world: &'a World<'a, S>,
    /// What links are signed with, once it was needed.
    pub(crate) keys: OnceCell<Keys>,
    /// The definitions of databases; none for those that are gone.
    pub(crate) known: RefCell<HashMap<DatabaseId, Option<Rc<Definitions>>>>,
    /// Whether messages to people can be sent, as far as is known.
    mail: Cell<bool>,
    /// Watchers as they were read, and when.
    watchers: RefCell<HashMap<WatcherId, (Timestamp, CachedWatcher)>>,
    done: Cell<DeliveryCounts>,
}

/// A request that can be sent, and what judges its answer.
pub(crate) struct PreparedRequest {
    pub(crate) request: OutgoingRequest,
    pub(crate) endpoint: Endpoint,
}

/// A message that was sent or will not be, still to be noted.
struct MessageOutcome {
    message: Message,
    outcome: Outcome,
    at: Timestamp,
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
                let look = self.questions(sql, now);
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

    /// Questions that are due. A look takes no lock, and mostly nothing is.
    async fn questions(&self, sql: &impl Sql, now: Timestamp) -> Result<Vec<Message>, Error> {
        if outbox::questions_due(sql, now).await? {
            outbox::claim_questions(sql, now, &self.world.holder, CLAIMED).await
        } else {
            Ok(Vec::new())
        }
    }

    /// Sends messages one after the other. A change is noted while the next is sent; a
    /// question before, so that a death repeats none but those under way.
    pub(crate) async fn lane(
        &self,
        sql: &impl Sql,
        messages: Vec<Message>,
        claimed: Timestamp,
    ) -> Result<(), Error> {
        // The last moment to begin one: it must end before its lease does.
        let last = claimed.ms().saturating_add(LEASE_MS - S::PATIENCE_MS);
        let mut messages = VecDeque::from(messages);
        let mut before: Option<MessageOutcome> = None;
        let mut result = Ok(());
        while let Some(message) = messages.front() {
            let now = (self.world.now)();
            let people = message.kind == Kind::Confirmation;
            let late = now >= self.world.until || now.ms() > last;
            if late || result.is_err() || (people && !self.mail.get()) {
                break;
            }
            let (noted, came) = join(self.note(sql, before.take()), self.one(sql, message)).await;
            result = noted;
            // It stays in front if it was not tried.
            let came = match (came, messages.pop_front()) {
                (Ok(came), Some(message)) => Some((came, message)),
                (Err(error), message) => {
                    messages.extend(message);
                    result = result.and(Err(error));
                    None
                }
                (Ok(_), None) => None,
            };
            let Some((DeliveryResult { outcome, closed }, message)) = came else {
                break;
            };
            let (recipient, due) = (message.recipient.clone(), outcome.due_at);
            before = Some(MessageOutcome {
                message,
                outcome,
                at: (self.world.now)(),
            });
            if people || closed {
                result = result.and(self.note(sql, before.take()).await);
            }
            if closed && people {
                self.mail.set(false);
            } else if let Some(due) = due.filter(|_| closed) {
                result = result.and(outbox::pause_lane(sql, &recipient, due).await);
                break;
            }
        }
        result = result.and(self.note(sql, before).await);
        let rest: Vec<MessageId> = messages.iter().map(|message| message.id).collect();
        result.and(outbox::release(sql, &rest, &self.world.holder).await)
    }

    /// Notes what became of a message.
    async fn note(&self, sql: &impl Sql, done: Option<MessageOutcome>) -> Result<(), Error> {
        let Some(done) = done else { return Ok(()) };
        let holder = &self.world.holder;
        if outbox::finish(sql, &done.message, holder, &done.outcome, done.at).await? {
            self.count(&done.outcome);
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
    async fn one(&self, sql: &impl Sql, message: &Message) -> Result<DeliveryResult, Error> {
        let now = (self.world.now)();
        let ready = match message.kind {
            Kind::Confirmation => self.question(sql, message, now).await?,
            Kind::Change => {
                let watcher = self.watcher(sql, &message.recipient, now).await?;
                notice(self.world.settings, message, watcher.as_deref(), now)
            }
        };
        let ready = match ready {
            Ok(ready) => ready,
            Err(outcome) => {
                // What follows to the same watcher would fare no better.
                let closed = message.kind == Kind::Change && outcome.due_at.is_some();
                return Ok(DeliveryResult { outcome, closed });
            }
        };
        let answer = self.world.sender.send(ready.request).await;
        let now = (self.world.now)();
        Ok(came(message, &ready.endpoint, answer, now))
    }

    /// The watcher whom a recipient names, as it was a moment ago.
    pub(crate) async fn watcher(
        &self,
        sql: &impl Sql,
        recipient: &str,
        now: Timestamp,
    ) -> Result<CachedWatcher, Error> {
        let Some(id) = watchers::named_by(recipient) else {
            return Ok(None);
        };
        if let Some((read, watcher)) = self.watchers.borrow().get(&id)
            && (0..BELIEVED_MS).contains(&now.ms().saturating_sub(read.ms()))
        {
            return Ok(watcher.clone());
        }
        let watcher = watchers::get(sql, id).await?.map(Rc::new);
        let known = (now, watcher.clone());
        self.watchers.borrow_mut().insert(id, known);
        Ok(watcher)
    }
}
