//! `POST /v1/databases/{db}/profiles/duplicates` and `…/duplicates/dismiss`

use roster_http::{Call, Paging, Problem, Reply, kinds, page_budget, route};
use roster_model::duplicate::{Confidence, DuplicateKind, Evidence, name_key};
use roster_model::error::valid;
use roster_model::read::Members;
use roster_model::readers::{flag, text_of};
use roster_model::write::{Schema, reference};
use roster_model::{Code, Database, DatabaseId, Invalid, Profile, ProfileId, Selector};
use roster_store::duplicates::{self, SharedValue};
use roster_store::write::matching;
use roster_store::{Sql, profiles};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

/// How many match keys one statement looks at.
const KEYS: i64 = 20_000;
/// How many profiles one statement reads the names of.
const NAMES: i64 = 5_000;
/// How many profiles of a group are shown.
const SHOWN: usize = 100;
/// How many profiles somebody may say of at once that they are several.
const MOST_DISMISSED: usize = 20;

/// Profiles that may be one person.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct DuplicateGroup {
    /// By what: `email`, `phone`, `push`, `telegram_bot`, `name_birthday` or a field's name.
    by: String,
    /// What they share, as it is matched by.
    value: String,
    /// `high`, `medium` or `low`: from what else agrees or differs.
    #[schema(value_type = String, example = "high")]
    confidence: Confidence,
    /// What else agrees, of name, date of birth and sex.
    #[schema(value_type = Vec<String>)]
    agree: Vec<&'static str>,
    /// What differs of it.
    #[schema(value_type = Vec<String>)]
    differ: Vec<&'static str>,
    /// How many profiles there are; 1,001 for more than 1,000.
    count: i64,
    /// The first 100 of them, the oldest first.
    #[schema(value_type = Vec<String>)]
    profiles: Vec<ProfileId>,
}

/// A page of groups.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct DuplicateGroups {
    /// The groups. A profile may be in several.
    items: Vec<DuplicateGroup>,
    /// The cursor of the next page; `null` after the last. A page may have fewer groups than
    /// asked for, even none, and still not be the last.
    #[schema(required)]
    next: Option<String>,
}

/// What was remembered.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct DismissedProfiles {
    /// The profiles, each of which is another person.
    #[schema(value_type = Vec<String>)]
    profiles: BTreeSet<ProfileId>,
    /// Whether it was forgotten again.
    revoked: bool,
}

/// Where a page ended: the place among what is looked by, that among the kinds of its keys,
/// and what was come to.
type Position = (usize, usize, String);

/// Finds profiles that may be one person: those that share an address, a number, a device, a
/// chat, a field that is matched by, or name and date of birth.
#[route(
    post, "/v1/databases/{db}/profiles/duplicates", ProfilesRead, id = "findDuplicates",
    body = crate::merges::openapi::DuplicateQuery,
    answer = DuplicateGroups,
)]
pub(crate) async fn find(call: Call) -> Result<Reply, Problem> {
    let id = call.database()?;
    let body: Value = call.json()?;
    let mut members = Members::of(&body)?;
    let by = members.optional("by", names);
    let paging: Paging<Position> = Paging::take(&mut members)?;
    members.finish()?;
    let known = call
        .by_definitions(id, |known| {
            let database = &known.database;
            kinds(by.as_deref(), database).map(|kinds| (kinds, database.clone()))
        })
        .await?;
    let (kinds, database) = known;
    let mut search = Search {
        call: &call,
        database: &database,
        limit: paging.limit,
        groups: Vec::new(),
    };
    let next = search.run(&kinds, paging.after.clone()).await?;
    Ok(Reply::ok(&DuplicateGroups {
        items: search.groups,
        next: next.map(|position| paging.cursor(&position)),
    }))
}

/// Remembers that profiles which look like one person are several.
#[route(
    post, "/v1/databases/{db}/profiles/duplicates/dismiss", ProfilesWrite, id = "dismissDuplicates",
    body = crate::merges::openapi::Dismissal,
    answer = DismissedProfiles,
)]
pub(crate) async fn dismiss(call: Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    let body: Value = call.json()?;
    let known = call.definitions(database).await?;
    let mut members = Members::of(&body)?;
    let named = members.required("profiles", |given| references(given, &known.schema()));
    let revoke = members.optional("revoke", flag).unwrap_or(false);
    members.finish()?;
    let sql = call.pool.lend().await?;
    let mut profiles = BTreeSet::new();
    for (index, selector) in named.unwrap_or_default().iter().enumerate() {
        let place = format!("/profiles/{index}");
        let (found, _) = matching(&sql, &known.database, selector).await?;
        let problem = match found.as_slice() {
            [one] if profiles.insert(one.id) => continue,
            [_] => {
                let detail = "This is one who was named before: one is not two.";
                let wrong = Invalid::new(Code::Contradiction, detail);
                return Err(wrong.at_index(index).at("profiles").into());
            }
            [] => Problem::not_found("profile"),
            several => {
                let ids: Vec<String> = several.iter().map(|one| one.id.to_string()).collect();
                let detail = format!("{} profiles match.", ids.len());
                Problem::new(kinds::AMBIGUOUS_MATCH, detail).with("candidates", ids)
            }
        };
        return Err(problem.with("pointer", place));
    }
    let actor = &call.caller.actor;
    duplicates::dismiss(&sql, database, &profiles, revoke, call.now, actor).await?;
    Ok(Reply::ok(&DismissedProfiles {
        profiles,
        revoked: revoke,
    }))
}

/// A page in the making.
struct Search<'a> {
    call: &'a Call,
    database: &'a Database,
    limit: usize,
    groups: Vec<DuplicateGroup>,
}

impl Search<'_> {
    /// Looks on from a position until the page is full or a request's time is up.
    async fn run(
        &mut self,
        kinds: &[DuplicateKind],
        from: Option<Position>,
    ) -> Result<Option<Position>, Problem> {
        let (mut at, mut part, mut after) = from.unwrap_or_default();
        let budget = page_budget();
        while let Some(kind) = kinds.get(at) {
            let keys = kind.keys(self.database);
            if *kind == DuplicateKind::NameBirthday {
                let last = self.by_name(&after).await?;
                if let Some(last) = last {
                    return Ok(Some((at, 0, last)));
                }
            }
            while let Some(one) = keys.get(part) {
                let slice = {
                    let sql = self.call.pool.lend_slice().await?;
                    let shown = SHOWN as i64;
                    duplicates::by_key(&sql, self.database.id, (*one, &keys), &after, KEYS, shown)
                        .await?
                };
                for shared in slice.shared {
                    let value = shared.value.clone();
                    self.add(kind, shared).await?;
                    if self.groups.len() == self.limit {
                        return Ok(Some((at, part, value)));
                    }
                }
                match slice.next {
                    Some(next) => after = next,
                    None => {
                        part += 1;
                        after.clear();
                    }
                }
                if budget.is_spent() {
                    return Ok(Some((at, part, after)));
                }
            }
            at += 1;
            part = 0;
            after.clear();
        }
        Ok(None)
    }

    /// Adds those who share name and date of birth, in order of what they share, after a
    /// value; the value that was come to, if the page is full.
    async fn by_name(&mut self, after: &str) -> Result<Option<String>, Problem> {
        let mut seen: HashMap<u128, Vec<i64>> = HashMap::new();
        let mut from = 0;
        loop {
            let (rows, next) = {
                let sql = self.call.pool.lend_slice().await?;
                duplicates::names(&sql, self.database.id, from, NAMES).await?
            };
            for (pk, first, last, born) in rows {
                if let Some(key) = name_key(&first, &last, &born) {
                    seen.entry(digest(&key)).or_default().push(pk);
                }
            }
            match next {
                Some(next) => from = next,
                None => break,
            }
        }
        let mut shared: Vec<(String, Vec<i64>)> = seen
            .into_iter()
            .filter(|(_, pks)| pks.len() > 1)
            .map(|(digest, pks)| (format!("{digest:032x}"), pks))
            .filter(|(digest, _)| digest.as_str() > after)
            .collect();
        shared.sort_unstable();
        for (digest, pks) in shared {
            let ids = pks.iter().filter_map(|pk| ProfileId::from_pk(*pk));
            let holders = i64::try_from(pks.len()).unwrap_or(i64::MAX).min(1001);
            let group = SharedValue {
                value: String::new(),
                holders,
                profiles: ids.take(SHOWN).collect(),
            };
            self.add(&DuplicateKind::NameBirthday, group).await?;
            if self.groups.len() == self.limit {
                return Ok(Some(digest));
            }
        }
        Ok(None)
    }

    /// Adds a group, but for those of whom somebody said that they are nobody else in it.
    async fn add(&mut self, kind: &DuplicateKind, shared: SharedValue) -> Result<(), Problem> {
        let sql = self.call.pool.lend().await?;
        let distinct = duplicates::distinct(&sql, &shared.profiles).await?;
        let ids = left(&shared.profiles, &distinct);
        if ids.len() < 2 {
            return Ok(());
        }
        let people = people(&sql, self.database.id, &ids).await?;
        if people.len() < 2 {
            return Ok(());
        }
        let gone = i64::try_from(shared.profiles.len() - ids.len()).unwrap_or_default();
        let evidence = Evidence::of(&people);
        let value = match kind {
            DuplicateKind::NameBirthday => person(&people),
            _ => shared.value,
        };
        self.groups.push(DuplicateGroup {
            by: kind.as_str().to_owned(),
            value,
            confidence: evidence.confidence(kind),
            agree: evidence.agree,
            differ: evidence.differ,
            count: shared.holders - gone,
            profiles: ids,
        });
        Ok(())
    }
}

/// Those who may still be the same as another one.
fn left(profiles: &[ProfileId], distinct: &BTreeSet<(ProfileId, ProfileId)>) -> Vec<ProfileId> {
    let are_two = |a: ProfileId, b: ProfileId| distinct.contains(&(a.min(b), a.max(b)));
    let may_be = |one: &&ProfileId| {
        let mut others = profiles.iter().filter(|other| other != one);
        others.any(|other| !are_two(**one, *other))
    };
    profiles.iter().filter(may_be).copied().collect()
}

async fn people(
    sql: &impl Sql,
    database: DatabaseId,
    ids: &[ProfileId],
) -> Result<Vec<Profile>, Problem> {
    let pks: Vec<i64> = ids.iter().map(|id| id.pk()).collect();
    let mut people = profiles::many(sql, &pks).await?;
    people.retain(|one| one.database == database);
    Ok(people)
}

/// Name and date of birth as the first of them has it.
fn person(people: &[Profile]) -> String {
    let first = people.iter().min_by_key(|one| one.id);
    let text = |name: &str| {
        let value = first.and_then(|one| one.data.get(name));
        value.and_then(Value::as_str).unwrap_or_default()
    };
    format!("{} {}, {}", text("_fname"), text("_lname"), text("_bdate"))
}

/// Tells texts apart among some millions.
fn digest(text: &str) -> u128 {
    let mut halves = [0_u8, 1].into_iter().map(|half| {
        let mut hasher = DefaultHasher::new();
        half.hash(&mut hasher);
        text.hash(&mut hasher);
        u128::from(hasher.finish())
    });
    let high = halves.next().unwrap_or_default();
    (high << 64) | halves.next().unwrap_or_default()
}

fn kinds(by: Option<&[String]>, database: &Database) -> Result<Vec<DuplicateKind>, Vec<Invalid>> {
    let Some(names) = by else {
        return Ok(DuplicateKind::all(database));
    };
    let mut wrong = Vec::new();
    let mut kinds: Vec<DuplicateKind> = Vec::new();
    for (index, name) in names.iter().enumerate() {
        match DuplicateKind::parse(name, database) {
            Ok(kind) if kinds.contains(&kind) => {}
            Ok(kind) => kinds.push(kind),
            Err(invalid) => wrong.push(invalid.at_index(index).at("by")),
        }
    }
    valid(kinds, wrong)
}

fn names(given: &Value) -> Result<Vec<String>, Vec<Invalid>> {
    let Value::Array(items) = given else {
        return Err(vec![Invalid::wrong_type(given, "an array")]);
    };
    let mut wrong = Vec::new();
    let mut names = Vec::new();
    for (index, item) in items.iter().enumerate() {
        match text_of(item) {
            Ok(name) => names.push(name.to_owned()),
            Err(invalid) => wrong.push(invalid.at_index(index)),
        }
    }
    valid(names, wrong)
}

fn references(given: &Value, schema: &Schema) -> Result<Vec<Selector>, Vec<Invalid>> {
    let Value::Array(items) = given else {
        return Err(vec![Invalid::wrong_type(given, "an array")]);
    };
    if !(2..=MOST_DISMISSED).contains(&items.len()) {
        let detail = format!("Name 2 to {MOST_DISMISSED} profiles.");
        return Err(vec![Invalid::new(Code::TooMany, detail)]);
    }
    let mut wrong = Vec::new();
    let mut named = Vec::new();
    for (index, item) in items.iter().enumerate() {
        match reference(item, schema) {
            Ok(selector) => named.push(selector),
            Err(errors) => wrong.extend(errors.into_iter().map(|one| one.at_index(index))),
        }
    }
    valid(named, wrong)
}
