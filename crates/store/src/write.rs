//! Writing profiles: a group of requests is looked up, decided and written
//! with two statements.
//!
//! Reading and deciding happen without a lock. The statement that writes
//! carries guards: the definitions, the profiles that were read and the holders
//! of the match keys that were asked for must still be what they were, or it
//! does nothing and the group starts again. So two instances never lose an
//! update or make one person twice, and neither holds the write lock while it
//! thinks. A group that was overtaken too often takes the lock first.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use roster_model::matching::{MatchKey, Selector};
use roster_model::profile::Profile;
use roster_model::search::{Document, document};
use roster_model::write::{Changes, Env, ItemError, Outcome, Prepared, Schema, Working};
use roster_model::{Database, DatabaseId, ProfileId, Timestamp, first_pk};
use serde_json::{Value, json};

use crate::catalogue::{self, Definitions};
use crate::idempotency::{Answer, Asked};
use crate::packed::{corrupt, profiles};
use crate::profiles::many;
use crate::{Cell, Error, Guard, Row, Sql, json};

/// Makes the answer that is kept from a request's results; none where they shall
/// not be kept, because what failed may be tried again.
pub type MakeAnswer = fn(&[ItemResult]) -> Option<Answer>;

/// What happened to one item.
pub type ItemResult = Result<Outcome, ItemError>;

/// One request's items, prepared against definitions of one database.
#[derive(Debug)]
pub struct Job {
    /// What the items were prepared against.
    pub definitions: Arc<Definitions>,
    /// The items, or why one was refused already.
    pub items: Vec<Result<Prepared, ItemError>>,
    /// Whether one refused item refuses all.
    pub atomic: bool,
    /// When it was asked for.
    pub now: Timestamp,
    /// The name of the token that asks.
    pub actor: String,
    /// The interface that it asks through.
    pub interface: &'static str,
    /// How to answer, where the request came with an idempotency key.
    pub repeatable: Option<Repeatable>,
}

/// A request that came with an idempotency key: its answer is kept in the same
/// statement that does the work.
#[derive(Clone, Debug)]
pub struct Repeatable {
    /// The key and the request's digest.
    pub asked: Asked,
    /// Makes the answer from the results.
    pub answer: MakeAnswer,
}

/// What became of a job.
#[derive(Debug)]
pub enum Done {
    /// It was written; one result for each item, in order.
    Written(Vec<ItemResult>),
    /// It had been done before; this was the answer.
    Repeated(Answer),
    /// Its idempotency key belongs to another request.
    KeyTaken,
}

/// How often a group tries without the lock before it takes it.
const TRIES: usize = 3;

/// Runs a group of jobs; one result for each, in order.
///
/// [`Error::Stale`] with [`Guard::Catalogue`] means that nothing of the job was
/// written and it must be prepared anew against newer definitions.
pub async fn run(sql: &impl Sql, jobs: &[&Job]) -> Vec<Result<Done, Error>> {
    match run_together(sql, jobs).await {
        Ok(done) => done,
        // Whatever it was, one job's trouble is not the others'.
        Err(error) if jobs.len() == 1 => vec![Err(error)],
        Err(Error::Busy) => jobs.iter().map(|_| Err(Error::Busy)).collect(),
        Err(_) => {
            let mut done = Vec::with_capacity(jobs.len());
            for &job in jobs {
                let alone = run_together(sql, &[job]).await;
                done.push(match alone {
                    Ok(mut done) => done.pop().unwrap_or_else(|| Err(corrupt("no result"))),
                    Err(error) => Err(error),
                });
            }
            done
        }
    }
}

async fn run_together(sql: &impl Sql, jobs: &[&Job]) -> Result<Vec<Result<Done, Error>>, Error> {
    // One time for the group: that of its last request.
    let now = jobs
        .iter()
        .map(|job| job.now)
        .max()
        .unwrap_or(Timestamp::from_ms(0));
    for _ in 0..TRIES {
        match attempt(sql, jobs, now, false).await {
            Err(Error::Stale(Guard::Profiles) | Error::Conflict(_)) => {}
            // The definitions changed between the two statements: the next
            // attempt sees which jobs that concerns.
            Err(Error::Stale(Guard::Catalogue)) => {}
            other => return other,
        }
    }
    locked(sql, async || attempt(sql, jobs, now, true).await).await
}

/// Runs one job with the write lock held from the start, prepared against the
/// definitions that it finds then: for a request whose definitions changed each
/// time it was about to be written. None if the database is gone.
///
/// # Errors
/// As [`Sql::query`].
pub async fn run_locked(
    sql: &impl Sql,
    database: DatabaseId,
    prepare: impl FnOnce(Arc<Definitions>) -> Job,
) -> Result<Option<Done>, Error> {
    let work = async || {
        let Some(definitions) = catalogue::load(sql, database).await? else {
            return Ok(None);
        };
        let job = prepare(Arc::new(definitions));
        let mut done = attempt(sql, &[&job], job.now, true).await?;
        done.pop().transpose()
    };
    locked(sql, work).await
}

/// Does `work` in a transaction that has the write lock from its start.
async fn locked<T>(
    sql: &impl Sql,
    work: impl AsyncFnOnce() -> Result<T, Error>,
) -> Result<T, Error> {
    sql.query("BEGIN IMMEDIATE", vec![]).await?;
    match work().await {
        Ok(done) => {
            sql.query("COMMIT", vec![]).await?;
            Ok(done)
        }
        Err(error) => {
            // What went wrong is told; a failed rollback would only hide it.
            let _ = sql.query("ROLLBACK", vec![]).await;
            Err(error)
        }
    }
}

async fn attempt(
    sql: &impl Sql,
    jobs: &[&Job],
    now: Timestamp,
    locked: bool,
) -> Result<Vec<Result<Done, Error>>, Error> {
    let mut known = look_up(sql, jobs, now).await?;
    if !known.crowded.is_empty() {
        let items = jobs.iter().flat_map(|job| job.items.iter().flatten());
        let selectors = items.filter_map(|item| Some((item.database(), item.selector()?)));
        let narrow = known.narrow(selectors);
        // No guard watches over these: only the lock does.
        if !narrow.is_empty() && !locked {
            return Err(Error::Stale(Guard::Profiles));
        }
        for (database, selector) in narrow {
            known.find_among_crowd(sql, database, selector).await?;
        }
    }
    let seen: Vec<(i64, i64)> = known
        .profiles
        .iter()
        .map(|profile| (profile.id.pk(), profile.revision))
        .collect();
    let mut working = Working::new(known.profiles, known.holders);
    let mut next =
        ProfileId::from_pk(first_pk(now.ms(), random())).ok_or_else(|| corrupt("no id"))?;
    let mut done = Vec::with_capacity(jobs.len());
    let mut answers = Vec::new();
    for job in jobs {
        if job.definitions.version != known.version {
            done.push(Err(Error::Stale(Guard::Catalogue)));
            continue;
        }
        if let Some(repeatable) = &job.repeatable
            && let Some((request, answer)) = known.answers.get(&repeatable.asked.key)
        {
            done.push(Ok(if *request == repeatable.asked.request {
                Done::Repeated(answer.clone())
            } else {
                Done::KeyTaken
            }));
            continue;
        }
        let mut env = Env {
            now,
            next_id: &mut || {
                let id = next;
                next = ProfileId::from_pk(id.pk().saturating_add(1)).unwrap_or(id);
                id
            },
            actor: &job.actor,
            interface: job.interface,
        };
        let results = apply_job(&mut working, job, &mut env);
        if let Some(repeatable) = &job.repeatable
            && let Some(answer) = (repeatable.answer)(&results)
        {
            answers.push(json!([
                repeatable.asked.key,
                hex(&repeatable.asked.request),
                answer.status,
                answer.body,
                now.ms()
            ]));
        }
        done.push(Ok(Done::Written(results)));
    }
    let changes = working.finish();
    if !answers.is_empty() || !changes.is_empty() {
        let databases: HashMap<DatabaseId, &Database> = jobs
            .iter()
            .map(|job| (job.definitions.database.id, &job.definitions.database))
            .collect();
        let parameters = [
            vec![
                Cell::Integer(known.version),
                Cell::Integer(now.ms()),
                Cell::Text(json(&seen)?),
                Cell::Text(known.asked),
            ],
            rows(&changes, &databases)?,
            vec![Cell::Text(json(&answers)?)],
        ]
        .concat();
        sql.query(include_str!("sql/write/apply.sql"), parameters)
            .await?;
    }
    Ok(done)
}

fn apply_job(working: &mut Working, job: &Job, env: &mut Env<'_>) -> Vec<ItemResult> {
    let schema = Schema {
        database: &job.definitions.database,
        resources: &job.definitions.resources,
    };
    let savepoint = job.atomic.then(|| working.savepoint());
    let results: Vec<ItemResult> = job
        .items
        .iter()
        .map(|item| match item {
            Ok(prepared) => working.apply(&schema, prepared, env),
            Err(error) => Err(error.clone()),
        })
        .collect();
    match savepoint {
        Some(savepoint) if results.iter().any(Result::is_err) => {
            working.rollback_to(savepoint);
            results
                .into_iter()
                .map(|result| {
                    result.and_then(|_| {
                        Err(ItemError::new(
                            422,
                            "not_written",
                            "Nothing was written, since the batch is atomic and another item was refused.",
                        ))
                    })
                })
                .collect()
        }
        _ => results,
    }
}

/// What a group must know before it decides.
struct Known {
    version: i64,
    profiles: Vec<Profile>,
    holders: Vec<(DatabaseId, MatchKey, ProfileId)>,
    /// The stored answers by key: the request's digest and the answer.
    answers: HashMap<String, (Vec<u8>, Answer)>,
    /// How many holders each match key has, by its place.
    counts: HashMap<usize, i64>,
    /// The keys that too many profiles share.
    crowded: HashSet<(DatabaseId, MatchKey)>,
    /// The match keys that were asked for, as the guard wants them.
    asked: String,
}

/// How many profiles come in one packed row, more or less.
const PACKED: usize = 256;

/// The profiles that may be meant by a selector, for reading: its own rule
/// says which of them are. With the version of the definitions.
///
/// # Errors
/// As [`Sql::query`].
pub async fn candidates(
    sql: &impl Sql,
    database: DatabaseId,
    selector: &Selector,
) -> Result<(Vec<Profile>, i64), Error> {
    let asked: Vec<(DatabaseId, &MatchKey)> =
        selector.keys().iter().map(|key| (database, key)).collect();
    let named: Vec<(i64, i64)> = selector
        .profile_id()
        .map(|id| (database.get(), id.pk()))
        .into_iter()
        .collect();
    let mut known = ask(sql, asked, &named, &[], Timestamp::from_ms(0)).await?;
    for (database, selector) in known.narrow([(database, selector)]) {
        known.find_among_crowd(sql, database, selector).await?;
    }
    Ok((known.profiles, known.version))
}

/// A match key that more profiles share is not read to its end: it can't tell
/// anybody apart, and its profiles would fill the memory.
const CROWD: i64 = 1000;

async fn look_up(sql: &impl Sql, jobs: &[&Job], now: Timestamp) -> Result<Known, Error> {
    let mut asked: Vec<(DatabaseId, &MatchKey)> = Vec::new();
    let mut unique: HashSet<(DatabaseId, &MatchKey)> = HashSet::new();
    let mut named: Vec<(i64, i64)> = Vec::new();
    for job in jobs {
        let database = job.definitions.database.id;
        for item in job.items.iter().flatten() {
            for key in item.lookups() {
                if unique.insert((database, key)) {
                    asked.push((database, key));
                }
            }
            named.extend(item.profile_id().map(|id| (database.get(), id.pk())));
        }
    }
    let keys: Vec<&str> = jobs
        .iter()
        .filter_map(|job| job.repeatable.as_ref())
        .map(|repeatable| repeatable.asked.key.as_str())
        .collect();
    ask(sql, asked, &named, &keys, now).await
}

/// Asks who holds the match keys, for profiles by name, and for stored answers.
async fn ask(
    sql: &impl Sql,
    asked: Vec<(DatabaseId, &MatchKey)>,
    named: &[(i64, i64)],
    keys: &[&str],
    now: Timestamp,
) -> Result<Known, Error> {
    let asked_rows: Vec<(i64, i64, &str)> = asked
        .iter()
        .map(|(database, key)| (database.get(), key.kind, key.value.as_str()))
        .collect();
    let asked_json = json(&asked_rows)?;
    let groups = (asked.len() + named.len()) / PACKED + 1;
    let parameters = vec![
        Cell::from(asked_json.as_str()),
        Cell::Text(json(named)?),
        Cell::Text(json(keys)?),
        Cell::Integer(groups as i64),
        Cell::Integer(now.ms() - crate::idempotency::KEPT_MS),
        Cell::Integer(CROWD),
    ];
    let rows = sql
        .query(include_str!("sql/write/lookup.sql"), parameters)
        .await?;
    let mut known = Known {
        version: 0,
        profiles: Vec::new(),
        holders: Vec::new(),
        answers: HashMap::new(),
        counts: HashMap::new(),
        crowded: HashSet::new(),
        asked: String::new(),
    };
    for row in rows {
        known.take(row, &asked)?;
    }
    // The guard can't hold for a key whose holders are not all known. Whoever
    // is matched by it alone is ambiguous, whatever is added to them meanwhile.
    let crowded = known.crowded();
    let keys = crowded.iter().filter_map(|place| asked.get(*place));
    known.crowded = keys
        .map(|(database, key)| (*database, (*key).clone()))
        .collect();
    known.asked = if crowded.is_empty() {
        asked_json
    } else {
        let kept = asked_rows.iter().enumerate();
        let kept = kept.filter(|(place, _)| !crowded.contains(place));
        json(&kept.map(|(_, row)| row).collect::<Vec<_>>())?
    };
    Ok(known)
}

impl Known {
    /// The places of keys that too many profiles share.
    fn crowded(&self) -> HashSet<usize> {
        let crowded = self.counts.iter().filter(|(_, count)| **count > CROWD);
        crowded.map(|(place, _)| *place).collect()
    }

    /// The selectors that may mean somebody among a crowd who isn't known yet.
    fn narrow<'a>(
        &self,
        selectors: impl IntoIterator<Item = (DatabaseId, &'a Selector)>,
    ) -> Vec<(DatabaseId, &'a Selector)> {
        let crowded = |database: DatabaseId, key: &MatchKey| {
            self.crowded
                .iter()
                .any(|(other, crowd)| *other == database && crowd == key)
        };
        let mut narrow: Vec<(DatabaseId, &Selector)> = Vec::new();
        for (database, selector) in selectors {
            let keys = selector.keys();
            if selector.is_narrow()
                && keys.iter().any(|key| crowded(database, key))
                && !narrow.contains(&(database, selector))
            {
                narrow.push((database, selector));
            }
        }
        narrow
    }

    /// Finds those who are meant by a selector one of whose keys a crowd
    /// shares, and knows them too.
    async fn find_among_crowd(
        &mut self,
        sql: &impl Sql,
        database: DatabaseId,
        selector: &Selector,
    ) -> Result<(), Error> {
        let mut keys: Vec<&MatchKey> = selector.keys().iter().collect();
        keys.sort_by_key(|key| self.crowded.contains(&(database, (*key).clone())));
        let rows: Vec<(i64, &str)> = keys.iter().map(|k| (k.kind, k.value.as_str())).collect();
        let parameters = vec![
            Cell::Integer(database.get()),
            Cell::Text(json(&rows)?),
            Cell::from(selector.resource().map(|resource| resource.get())),
            Cell::Integer(CROWD + 1),
        ];
        let mut rows = sql
            .query(include_str!("sql/write/among_crowd.sql"), parameters)
            .await?;
        let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
        let found: Vec<(i64, Option<usize>)> =
            serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
        let mut seen: HashSet<i64> = self.profiles.iter().map(|one| one.id.pk()).collect();
        let mut new = Vec::new();
        for (pk, place) in found {
            let id = ProfileId::from_pk(pk).ok_or_else(|| corrupt("a key"))?;
            let held = keys
                .iter()
                .enumerate()
                .filter(|(at, _)| place.is_none_or(|place| place == *at))
                .map(|(_, key)| (database, (*key).clone(), id));
            self.holders.extend(held);
            if seen.insert(pk) {
                new.push(pk);
            }
        }
        for chunk in new.chunks(PACKED) {
            self.profiles.extend(many(sql, chunk).await?);
        }
        Ok(())
    }

    /// Takes one row of the look-up, whose first column says what it is.
    fn take(&mut self, mut row: Row, asked: &[(DatabaseId, &MatchKey)]) -> Result<(), Error> {
        let part = row.text(0)?;
        let Some(content) = row.optional_text(1)? else {
            return Ok(());
        };
        match part.as_str() {
            "catalogue" => self.version = content.parse().map_err(corrupt)?,
            "held" => {
                let held: Vec<(usize, i64)> = serde_json::from_str(&content).map_err(corrupt)?;
                for (place, pk) in held {
                    *self.counts.entry(place).or_default() += 1;
                    let (database, key) = asked.get(place).ok_or_else(|| corrupt("a place"))?;
                    let id = ProfileId::from_pk(pk).ok_or_else(|| corrupt("a key"))?;
                    self.holders.push((*database, (*key).clone(), id));
                }
            }
            "profiles" => self.profiles.extend(profiles(&content)?),
            "answers" => {
                let answers: Vec<(String, String, u16, String)> =
                    serde_json::from_str(&content).map_err(corrupt)?;
                for (key, request, status, body) in answers {
                    let request = unhex(&request).ok_or_else(|| corrupt("a digest"))?;
                    self.answers.insert(key, (request, Answer { status, body }));
                }
            }
            other => return Err(corrupt(other)),
        }
        Ok(())
    }
}

/// The rows that changes come to, in the order of `apply.sql`.
fn rows(changes: &Changes, databases: &HashMap<DatabaseId, &Database>) -> Result<Vec<Cell>, Error> {
    let mut subscriptions = Vec::new();
    let mut search_gone: Vec<i64> = Vec::new();
    let mut search_put = Vec::new();
    let mut created = Vec::with_capacity(changes.created.len());
    for profile in &changes.created {
        let pk = profile.id.pk();
        created.push(json!([
            pk,
            profile.database.get(),
            profile.revision,
            profile.status.number(),
            profile.created_at.ms(),
            profile.updated_at.ms(),
            json(&profile.data)?
        ]));
        put_subscriptions(&mut subscriptions, None, profile)?;
        let document = document_of(profile, databases)?;
        search_put.push(json!([pk, document.profile, document.contacts]));
    }
    let mut updated = Vec::with_capacity(changes.updated.len());
    for (before, after) in &changes.updated {
        let pk = after.id.pk();
        updated.push(json!([
            pk,
            after.revision,
            after.status.number(),
            after.updated_at.ms(),
            json(&after.data)?
        ]));
        put_subscriptions(&mut subscriptions, Some(before), after)?;
        let document = document_of(after, databases)?;
        if document != document_of(before, databases)? {
            search_gone.push(pk);
            search_put.push(json!([pk, document.profile, document.contacts]));
        }
    }
    let deleted: Vec<i64> = changes.deleted.iter().map(|gone| gone.id.pk()).collect();
    search_gone.extend(&deleted);
    let keys_gone: Vec<Value> = changes
        .keys_gone
        .iter()
        .map(|gone| {
            json!([
                gone.database.get(),
                gone.key.kind,
                gone.key.value,
                gone.slot
            ])
        })
        .collect();
    let keys_new: Vec<Value> = changes
        .keys_new
        .iter()
        .map(|new| {
            json!([
                new.database.get(),
                new.key.kind,
                new.key.value,
                new.slot,
                new.profile.pk()
            ])
        })
        .collect();
    let mut history = Vec::with_capacity(changes.history.len());
    for entry in &changes.history {
        history.push(json!([
            entry.database.get(),
            entry.profile.pk(),
            entry.at.ms(),
            entry.kind.as_str(),
            entry.actor,
            entry.interface,
            json(&entry.changes)?
        ]));
    }
    Ok(vec![
        Cell::Text(json(&created)?),
        Cell::Text(json(&updated)?),
        Cell::Text(json(&deleted)?),
        Cell::Text(json(&keys_gone)?),
        Cell::Text(json(&keys_new)?),
        Cell::Text(json(&subscriptions)?),
        Cell::Text(json(&history)?),
        Cell::Text(json(&search_gone)?),
        Cell::Text(json(&search_put)?),
    ])
}

/// The rows of the subscriptions that differ from what is stored.
fn put_subscriptions(
    rows: &mut Vec<Value>,
    before: Option<&Profile>,
    after: &Profile,
) -> Result<(), Error> {
    for (place, subscription) in after.subscriptions.iter().enumerate() {
        let stored = before.and_then(|before| {
            before
                .subscriptions
                .iter()
                .find(|old| old.is(subscription.resource, &subscription.contact))
        });
        if stored == Some(subscription) {
            continue;
        }
        rows.push(json!([
            after.id.pk(),
            subscription.resource.get(),
            subscription.contact.channel().code(),
            subscription.contact.key(),
            after.database.get(),
            subscription.status.number(),
            i64::from(subscription.deleted),
            json(&subscription.to_stored())?,
            place
        ]));
    }
    Ok(())
}

fn document_of(
    profile: &Profile,
    databases: &HashMap<DatabaseId, &Database>,
) -> Result<Document, Error> {
    let database = databases
        .get(&profile.database)
        .ok_or_else(|| corrupt("a profile of another database"))?;
    let contacts = profile
        .subscriptions
        .iter()
        .filter(|subscription| !subscription.deleted)
        .map(|subscription| &subscription.contact);
    Ok(document(profile.id, &profile.data, contacts, database))
}

/// A number that two instances hardly share: the standard library's hasher
/// keys, which come from the host's random source.
fn random() -> u32 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let bits = RandomState::new().build_hasher().finish();
    (bits >> 32) as u32
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a string can't fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect()
}
