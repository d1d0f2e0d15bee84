//! Quick search: finds candidates in the database, lets the model decide.
//!
//! Candidates come, newest first, from the most selective source there is: the
//! trigram index over documents, match keys, or, for a field that has neither,
//! a walk over the profiles in bounded slices. Each is then checked by
//! [`Query::check`], which also says how well it fits. Exact hits come first,
//! then those in which every word begins a word, then the rest: three walks
//! over the same index, the second and third with different conditions, so that
//! a page costs no more than the profiles that it shows.

pub mod pending;
pub mod vocabulary;

use std::collections::HashMap;

use roster_model::contact::{Contact, kind_of};
use roster_model::matching::MatchKey;
use roster_model::profile::Profile;
use roster_model::search::{Hit, Identity, Query, Scope, Subject, Term, Tier, Word};
use roster_model::standard::{EMAIL, PHONES};
use roster_model::{Channel, Database, DatabaseId, FieldType, Phone, ProfileId, Region};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::pace::{Budget, PAGE_BYTES, Pace};
use crate::packed::corrupt;
use crate::{Cell, Error, Lend, Row, Sql, packed, profiles};

/// Where a search goes on: after this tier's profile with this key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The tier that was being walked.
    pub tier: Tier,
    /// The last profile that was looked at.
    pub pk: i64,
}

/// What is searched.
#[derive(Debug)]
pub struct Request<'a> {
    /// The query.
    pub query: &'a Query,
    /// Profile data, contacts, or both.
    pub scope: Scope,
    /// The databases that may be seen, each by its id.
    pub databases: &'a HashMap<DatabaseId, &'a Database>,
    /// Whether these are all databases that exist.
    pub all: bool,
    /// The version of the definitions that `databases` are from.
    pub version: i64,
    /// At most so many hits.
    pub limit: usize,
    /// A page ends when its profiles have so many bytes, as stored.
    pub bytes: i64,
    /// Until when it is looked for more.
    pub budget: Budget,
    /// Where to go on; none for the first page.
    pub after: Option<Position>,
}

/// A page of hits.
#[derive(Debug)]
pub struct Page {
    /// Profiles with where they were found, best first.
    pub hits: Vec<(Profile, Hit)>,
    /// Where to go on; none when there is nothing more.
    pub next: Option<Position>,
}

/// How many candidates one request looks through before it answers with what
/// it has and a cursor: bounds the time of one request.
const MOST_CANDIDATES: usize = 20_000;

/// How many profiles the first slice of a walk passes, and any slice at most.
const FIRST_SLICE: i64 = 2_000;
const SLICE: i64 = 20_000;

/// At how many times as many documents is looked where not all databases may be
/// seen.
const LOOK: i64 = 4;

/// Searches; none when the definitions have changed since `request.version`.
/// What walks through profiles takes a loan for each slice.
///
/// # Errors
/// As [`Sql::query`].
pub async fn search(lend: &impl Lend, request: &Request<'_>) -> Result<Option<Page>, Error> {
    let mut walk = Walk {
        lend,
        request,
        bytes: request.bytes,
        databases: crate::json(
            &request
                .databases
                .keys()
                .map(|id| id.get())
                .collect::<Vec<_>>(),
        )?,
        hits: Vec::new(),
        tiered: false,
        stale: false,
    };
    let next = walk.all().await?;
    Ok((!walk.stale).then_some(Page {
        hits: walk.hits,
        next,
    }))
}

/// Where candidates come from.
enum Source {
    /// The trigram index: the condition for a tier.
    Text,
    /// Match keys of exact fields.
    Keys(Vec<(DatabaseId, MatchKey)>),
    /// The values of one field (none: the global status), profile by profile.
    Slices(Option<String>),
}

struct Walk<'a, L> {
    lend: &'a L,
    request: &'a Request<'a>,
    /// How many bytes the page still takes.
    bytes: i64,
    /// The ids of the databases as JSON.
    databases: String,
    hits: Vec<(Profile, Hit)>,
    /// Whether hits are told apart by tier, which only the index can do.
    tiered: bool,
    stale: bool,
}

impl<L: Lend> Walk<'_, L> {
    async fn all(&mut self) -> Result<Option<Position>, Error> {
        if self.request.databases.is_empty() {
            return Ok(None);
        }
        match self.source() {
            Source::Slices(field) => self.slices(field).await,
            Source::Keys(keys) => {
                let position = self.position(Tier::Prefix);
                self.tier(position, None, &mut async |walk, pk, size| {
                    walk.by_key(&keys, &[], pk, size).await
                })
                .await
            }
            Source::Text => {
                self.tiered = true;
                self.text().await
            }
        }
    }

    fn position(&self, first: Tier) -> Position {
        self.request.after.unwrap_or(Position {
            tier: first,
            pk: i64::MAX,
        })
    }

    async fn text(&mut self) -> Result<Option<Position>, Error> {
        let mut position = self.position(Tier::Exact);
        if position.tier == Tier::Exact {
            let (keys, pks) = self.exact();
            if !keys.is_empty() || !pks.is_empty() {
                let next = self
                    .tier(position, None, &mut async |walk, pk, size| {
                        walk.by_key(&keys, &pks, pk, size).await
                    })
                    .await?;
                if next.is_some() {
                    return Ok(next);
                }
            }
            position = Position {
                tier: Tier::Prefix,
                pk: i64::MAX,
            };
        }
        let (prefix, inside) = (self.conditions(true), self.conditions(false));
        let rest = joined(&inside);
        let mut first = None;
        if position.tier == Tier::Prefix {
            // Often too few words begin so, and the rest comes along at once.
            let also = (prefix != inside).then_some(rest.as_str());
            let size = self.wanted();
            let (begins, rest) = self.by_text(&prefix, position.pk, size, also).await?;
            let next = self
                .tier(
                    position,
                    Some((begins, size)),
                    &mut async |walk, pk, size| Ok(walk.by_text(&prefix, pk, size, None).await?.0),
                )
                .await?;
            if next.is_some() || prefix == inside || self.stale {
                return Ok(next);
            }
            position = Position {
                tier: Tier::Inside,
                pk: i64::MAX,
            };
            first = rest.map(|rest| (rest, size));
        }
        self.tier(position, first, &mut async |walk, pk, size| {
            Ok(walk.by_text(&inside, pk, size, None).await?.0)
        })
        .await
    }

    fn is_full(&self) -> bool {
        self.hits.len() >= self.request.limit || self.bytes <= 0
    }

    fn take(&mut self, profile: Profile, hit: Hit) {
        let size = profile.data_size() + profile.subscriptions_size();
        self.bytes -= i64::try_from(size).unwrap_or(i64::MAX);
        self.hits.push((profile, hit));
    }

    /// How many candidates fill the page if nearly all are hits.
    fn wanted(&self) -> usize {
        self.request.limit.saturating_sub(self.hits.len()) + 1
    }

    /// Walks one tier until the page is full or the candidates end. The `first`
    /// candidates may have come already, with how many were asked for.
    async fn tier(
        &mut self,
        from: Position,
        mut first: Option<(Candidates, usize)>,
        candidates: &mut impl AsyncFnMut(&mut Self, i64, usize) -> Result<Candidates, Error>,
    ) -> Result<Option<Position>, Error> {
        let mut position = from;
        let mut passed = 0;
        let mut size = self.wanted();
        loop {
            let found = match first.take() {
                Some((found, asked)) => {
                    size = asked;
                    found
                }
                None => candidates(self, position.pk, size).await?,
            };
            if found.version != self.request.version {
                self.stale = true;
                return Ok(None);
            }
            let mut profiles = found.profiles;
            profiles.sort_unstable_by_key(|profile| std::cmp::Reverse(profile.id));
            for profile in profiles {
                if self.is_full() {
                    return Ok(Some(position));
                }
                position.pk = profile.id.pk();
                let Some(hit) = self.check(&profile) else {
                    continue;
                };
                // A better hit was shown by an earlier tier; in the tier of
                // exact hits all are wanted, however they came about.
                if hit.tier == from.tier || (from.tier == Tier::Prefix && !self.tiered) {
                    self.take(profile, hit);
                }
            }
            match found.next {
                Some(next) => position.pk = next,
                None => return Ok(None),
            }
            passed += size;
            if passed >= MOST_CANDIDATES || self.request.budget.is_spent() || self.is_full() {
                return Ok(Some(position));
            }
            size = (size * 4).min(1000);
        }
    }

    fn check(&self, profile: &Profile) -> Option<Hit> {
        let database = self.request.databases.get(&profile.database)?;
        let contacts: Vec<Contact> = profile
            .subscriptions
            .iter()
            .filter(|subscription| !subscription.deleted)
            .map(|subscription| subscription.contact.clone())
            .collect();
        let subject = Subject {
            id: profile.id,
            status: profile.status,
            data: &profile.data,
            contacts: &contacts,
        };
        self.request
            .query
            .check(subject, database, self.request.scope)
    }

    fn source(&self) -> Source {
        let mut slices = None;
        let mut keys = None;
        for term in &self.request.query.terms {
            match term {
                Term::Text(_) => return Source::Text,
                Term::Field { name, value, word } => {
                    if word.is_some() && self.indexed(name) {
                        return Source::Text;
                    }
                    keys = keys.or_else(|| self.keys(name, value));
                    let path = (name != "_status").then(|| name.clone());
                    slices = slices.or(Some(path));
                }
            }
        }
        match (keys, slices) {
            (Some(keys), _) => Source::Keys(keys),
            (None, field) => Source::Slices(field.flatten()),
        }
    }

    /// Whether documents hold a field's text wherever the field exists.
    fn indexed(&self, name: &str) -> bool {
        let mut fields = self
            .request
            .databases
            .values()
            .filter_map(|database| database.field(name))
            .peekable();
        fields.peek().is_some() && fields.all(|field| field.searchable)
    }

    /// The match keys of `name:value`, where keys can tell: a field that is
    /// matched, and compared as a whole, wherever it exists.
    fn keys(&self, name: &str, value: &str) -> Option<Vec<(DatabaseId, MatchKey)>> {
        // The global status is no field: without this it would have no keys.
        if name == "_status" {
            return None;
        }
        let mut keys = Vec::new();
        for database in self.request.databases.values() {
            let Some(field) = database.field(name) else {
                continue;
            };
            // Tags, options and days are compared by what they say, however
            // they are spelled; a key has one spelling.
            let spelled = !matches!(
                field.field_type,
                FieldType::Tags | FieldType::Enum | FieldType::Date
            );
            if !(field.matchable && spelled && roster_model::search::compared_whole(field)) {
                return None;
            }
            if let Ok(canonical) = field.normalise(&Value::from(value), &database.context()) {
                for value in field.keys(&canonical) {
                    let kind = field.id.get();
                    keys.push((database.id, MatchKey { kind, value }));
                }
            }
        }
        Some(keys)
    }

    /// The words that documents have, each with where.
    fn words(&self) -> impl Iterator<Item = (&Word, Scope)> {
        let terms = self.request.query.terms.iter();
        terms.filter_map(|term| match term {
            Term::Text(word) => Some((word, self.request.scope)),
            Term::Field { name, word, .. } if self.indexed(name) => {
                word.as_ref().map(|word| (word, Scope::Profiles))
            }
            Term::Field { .. } => None,
        })
    }

    /// The conditions on the index that every hit meets; with `prefix`, those of hits in
    /// which every word begins a word.
    fn conditions(&self, prefix: bool) -> Vec<Condition> {
        let condition = |(word, scope): (&Word, Scope)| Condition {
            columns: match scope {
                Scope::All => "",
                Scope::Profiles => "{profile} : ",
                Scope::Subscriptions => "{contacts} : ",
            },
            trigrams: word.index_condition(prefix),
            letters: word.letters().filter(|_| prefix).map(str::to_owned),
        };
        self.words().map(condition).collect()
    }

    /// Texts of which a document that waits for the index must have one for each of three
    /// words at the most: two for each, NULL where there is none.
    fn pending_texts(&self) -> Vec<Cell> {
        let texts = self.words().map(|(word, _)| word.texts());
        let texts = texts.filter(|texts| texts.len() <= 2);
        let mut cells = Vec::with_capacity(6);
        for texts in texts.take(3) {
            let both = [texts.first(), texts.get(1)];
            cells.extend(both.map(|text| Cell::from(text.map(String::as_str))));
        }
        cells.resize(6, Cell::Null);
        cells
    }

    /// The match keys and profiles that the whole query names.
    fn exact(&self) -> (Vec<(DatabaseId, MatchKey)>, Vec<i64>) {
        let mut keys: Vec<(i64, String)> = Vec::new();
        let mut pks = Vec::new();
        for identity in &self.request.query.identities {
            match identity {
                Identity::Email(key) => {
                    keys.push((EMAIL.get(), key.clone()));
                    keys.push((kind_of(Channel::Email), key.clone()));
                }
                Identity::Phone(digits) => {
                    let channels = [
                        Channel::Sms,
                        Channel::Whatsapp,
                        Channel::Viber,
                        Channel::Notify,
                    ];
                    let kinds = channels.map(kind_of).into_iter().chain([PHONES.get()]);
                    keys.extend(kinds.map(|kind| (kind, format!("+{digits}"))));
                }
                Identity::Text(text) => {
                    if text
                        .bytes()
                        .all(|byte| byte.is_ascii_digit() || byte == b'-')
                    {
                        keys.push((kind_of(Channel::TelegramBot), text.clone()));
                    }
                    pks.extend(text.parse().map(ProfileId::pk));
                }
            }
        }
        let keys = self
            .request
            .databases
            .keys()
            .flat_map(|&database| {
                keys.iter().map(move |(kind, value)| {
                    let (kind, value) = (*kind, value.clone());
                    (database, MatchKey { kind, value })
                })
            })
            .collect();
        (keys, pks)
    }

    async fn by_key(
        &self,
        keys: &[(DatabaseId, MatchKey)],
        pks: &[i64],
        before: i64,
        size: usize,
    ) -> Result<Candidates, Error> {
        let keys: Vec<(i64, i64, &str)> = keys
            .iter()
            .map(|(database, key)| (database.get(), key.kind, key.value.as_str()))
            .collect();
        let parameters = vec![
            Cell::Text(crate::json(&keys)?),
            Cell::Text(crate::json(&pks)?),
            Cell::Text(self.databases.clone()),
            Cell::Integer(before),
            Cell::Integer(size as i64),
            Cell::Integer(self.bytes.max(1)),
        ];
        let statement = include_str!("sql/search/by_key.sql");
        let mut rows = self.lend.lend().await?.query(statement, parameters).await?;
        let row = rows.first_mut().ok_or_else(|| corrupt("no candidates"))?;
        let version = row.integer(2)?;
        Candidates::of(row, 0, version)
    }

    /// Candidates that meet all conditions before a key; where there are no more of
    /// them and `also` is given, those that meet that one too.
    async fn by_text(
        &self,
        conditions: &[Condition],
        before: i64,
        size: usize,
        also: Option<&str>,
    ) -> Result<(Candidates, Option<Candidates>), Error> {
        let size = size as i64;
        let parameters = vec![
            Cell::Text(crate::json(&conditions)?),
            Cell::Integer(before),
            Cell::Integer(size),
            match self.request.all {
                true => Cell::Null,
                false => Cell::Text(self.databases.clone()),
            },
            Cell::from(also),
            Cell::Integer(match self.request.all {
                true => size,
                // Those of other databases are passed over.
                false => size.saturating_mul(LOOK),
            }),
            Cell::Integer(self.bytes.max(1)),
        ];
        let parameters = [parameters, self.pending_texts()].concat();
        let statement = include_str!("sql/search/by_text.sql");
        let mut rows = self.lend.lend().await?.query(statement, parameters).await?;
        let row = rows.first_mut().ok_or_else(|| corrupt("no candidates"))?;
        let version = row.integer(2)?;
        let candidates = Candidates::of(row, 0, version)?;
        let rest = match also {
            Some(_) if candidates.next.is_none() => Some(Candidates::of(row, 3, version)?),
            _ => None,
        };
        Ok((candidates, rest))
    }

    /// Walks all profiles for the values of one field, newest first.
    async fn slices(&mut self, field: Option<String>) -> Result<Option<Position>, Error> {
        let mut position = self.position(Tier::Prefix);
        let path = field.as_ref().map(|name| format!("$.\"{name}\""));
        let mut pace = Pace::new(FIRST_SLICE, SLICE);
        loop {
            let parameters = vec![
                Cell::from(path.clone()),
                Cell::Integer(position.pk),
                Cell::Integer(pace.rows()),
                Cell::Text(self.databases.clone()),
                Cell::Integer(PAGE_BYTES),
            ];
            let statement = include_str!("sql/search/slice.sql");
            let sql = self.lend.lend_slice().await?;
            let mut rows = pace.slice(sql.query(statement, parameters)).await?;
            drop(sql);
            let row = rows.first_mut().ok_or_else(|| corrupt("no slice"))?;
            if row.integer(2)? != self.request.version {
                self.stale = true;
                return Ok(None);
            }
            let values: Vec<(i64, i64, Value)> = match row.optional_text(0)? {
                Some(text) => serde_json::from_str(&text).map_err(corrupt)?,
                None => Vec::new(),
            };
            let next = row.optional_integer(1)?;
            let mut proposed: Vec<i64> = values
                .into_iter()
                .filter(|(_, database, value)| self.accepts(*database, field.as_deref(), value))
                .map(|(pk, _, _)| pk)
                .collect();
            proposed.sort_unstable_by(|a, b| b.cmp(a));
            for chunk in proposed.chunks(self.request.limit.max(20)) {
                let mut rest = chunk;
                while !rest.is_empty() {
                    if self.is_full() {
                        return Ok(Some(position));
                    }
                    let sql = self.lend.lend_slice().await?;
                    let read = profiles::first(&sql, rest, self.bytes).await?;
                    drop(sql);
                    let mut profiles = read.0;
                    rest = read.1;
                    profiles.sort_unstable_by_key(|profile| std::cmp::Reverse(profile.id));
                    for profile in profiles {
                        if self.is_full() {
                            return Ok(Some(position));
                        }
                        position.pk = profile.id.pk();
                        if let Some(hit) = self.check(&profile) {
                            self.take(profile, hit);
                        }
                    }
                }
            }
            match next {
                Some(next) => position.pk = next,
                None => return Ok(None),
            }
            if self.request.budget.is_spent() || self.is_full() {
                return Ok(Some(position));
            }
        }
    }

    /// Whether a profile with this value alone could meet the term about it.
    fn accepts(&self, database: i64, field: Option<&str>, value: &Value) -> bool {
        let Some(database) =
            DatabaseId::new(database).and_then(|id| self.request.databases.get(&id))
        else {
            return false;
        };
        self.request.query.accepts(field, value, database)
    }
}

/// What the index is asked about one word: see `by_text.sql`.
#[derive(PartialEq)]
struct Condition {
    /// Which columns are meant; all where it is empty.
    columns: &'static str,
    trigrams: String,
    /// With what the word begins a word of the vocabulary.
    letters: Option<String>,
}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.columns, &self.trigrams, &self.letters).serialize(serializer)
    }
}

/// One condition in place of several.
fn joined(conditions: &[Condition]) -> String {
    let each = conditions.iter();
    let each = each.map(|one| format!("{}({})", one.columns, one.trigrams));
    each.collect::<Vec<_>>().join(" AND ")
}

/// One answer with candidates.
struct Candidates {
    profiles: Vec<Profile>,
    /// Before which key there are more; none when there are none.
    next: Option<i64>,
    version: i64,
}

impl Candidates {
    /// From the packed text in the column `at`, and the key in the one behind it.
    fn of(row: &mut Row, at: usize, version: i64) -> Result<Self, Error> {
        let packed = row.optional_text(at)?;
        Ok(Self {
            profiles: packed.map_or_else(|| Ok(Vec::new()), |text| packed::profiles(&text))?,
            next: row.optional_integer(at + 1)?,
            version,
        })
    }
}

/// Adds the phone number that a query is when read in these regions, so that a
/// number in its local form is an exact hit too.
pub fn read_phones(query: &mut Query, regions: impl Iterator<Item = Option<Region>>) {
    let mut seen = Vec::new();
    for region in regions {
        if seen.contains(&region) {
            continue;
        }
        seen.push(region);
        if let Ok(phone) = Phone::parse(query.whole(), region) {
            query.add_phone(&phone);
        }
    }
}
