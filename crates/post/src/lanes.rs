//! Telling watchers: each has a lane of its own, several go at the same time, and a host
//! has no more than its share of them, so that one that is slow holds up nobody else.

use crate::deliver::{CLAIMED, Run, beside};
use crate::sender::Sender;
use futures_util::future::{Either, select};
use futures_util::stream::{FuturesUnordered, StreamExt};
use roster_model::Timestamp;
use roster_store::outbox::{self, Message};
use roster_store::{Error, Sql};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::pin::pin;
use url::Url;

/// How many lanes go at the same time.
const LANES: usize = 64;

/// How many of them to one host.
const PER_HOST: usize = 8;

/// How long to wait between two looks for watchers that have something to be
/// told, while others are being told, in milliseconds.
const PAUSE_MS: u64 = 500;

/// The lanes that go, by recipient, each with its host.
type ActiveLanes = BTreeMap<String, String>;

/// What a lane has to send.
struct Lane {
    recipient: String,
    host: String,
    messages: Vec<Message>,
}

impl<S: Sender> Run<'_, S> {
    /// Tells watchers until nothing is due: while some are slow, others are looked for.
    pub(crate) async fn watchers(&self, sql: &impl Sql) -> Result<(), Error> {
        let mut lanes = FuturesUnordered::new();
        let mut busy = ActiveLanes::new();
        // When each had its turn: who waited longest is next.
        let mut turns: HashMap<String, usize> = HashMap::new();
        let mut turn = 0;
        let mut result = Ok(());
        loop {
            let now = (self.world.now)();
            if busy.len() < LANES && result.is_ok() && now < self.world.until {
                let taken = busy.clone();
                let look = self.lanes(sql, now, taken, &turns);
                let mut ended = Ok(());
                let claimed = beside(look, &mut lanes, |(recipient, done): (String, _)| {
                    busy.remove(&recipient);
                    if let Err(error) = done {
                        ended = Err(error);
                    }
                });
                let (claimed, looked) = claimed.await;
                result = result.and(ended).and(looked);
                for lane in claimed {
                    turn += 1;
                    turns.insert(lane.recipient.clone(), turn);
                    busy.insert(lane.recipient.clone(), lane.host);
                    let (recipient, messages) = (lane.recipient, lane.messages);
                    lanes.push(async move { (recipient, self.lane(sql, messages, now).await) });
                }
            }
            if lanes.is_empty() {
                return result;
            }
            let pause = pin!(self.world.sender.pause(PAUSE_MS));
            if let Either::Left((Some((recipient, done)), _)) = select(lanes.next(), pause).await {
                busy.remove(&recipient);
                result = result.and(done);
            }
        }
    }

    /// Claims what is due for lanes that may go beside those that do; what was claimed
    /// before the store met something is given too.
    async fn lanes(
        &self,
        sql: &impl Sql,
        now: Timestamp,
        mut busy: ActiveLanes,
        turns: &HashMap<String, usize>,
    ) -> (Vec<Lane>, Result<(), Error>) {
        let mut claimed = Vec::new();
        let but: BTreeSet<String> = busy.keys().cloned().collect();
        let mut due = match outbox::lanes_due(sql, now, &but).await {
            Ok(due) => due,
            Err(error) => return (claimed, Err(error)),
        };
        due.sort_by_key(|recipient| turns.get(recipient).copied().unwrap_or_default());
        for recipient in due {
            if busy.len() >= LANES {
                break;
            }
            let claim = async {
                let watcher = self.watcher(sql, &recipient, now).await?;
                let url = watcher.and_then(|kept| Url::parse(&kept.watcher.settings.url).ok());
                let host = url.map(|url| url.origin().ascii_serialization());
                let host = host.unwrap_or_default();
                let beside = busy.values().filter(|other| **other == host).count();
                let messages = if beside < PER_HOST {
                    outbox::claim_lane(sql, &recipient, now, &self.world.holder, CLAIMED).await?
                } else {
                    Vec::new()
                };
                Ok((host, messages))
            };
            match claim.await {
                Ok((_, messages)) if messages.is_empty() => {}
                Ok((host, messages)) => {
                    busy.insert(recipient.clone(), host.clone());
                    claimed.push(Lane {
                        recipient,
                        host,
                        messages,
                    });
                }
                Err(error) => return (claimed, Err(error)),
            }
        }
        (claimed, Ok(()))
    }
}
