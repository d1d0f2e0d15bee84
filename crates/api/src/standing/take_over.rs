//! `POST /v1/standing/import`

use super::shape::for_all;
use crate::suppressions::values::check_count;
use roster_http::{Call, Problem, Reply, route};
use roster_model::Code;
use roster_model::ending::Reach;
use roster_model::error::{excerpt_json, valid};
use roster_model::history::Change;
use roster_model::{DatabaseId, Invalid, Party, ResourceId, Standing, Status, Timestamp};
use roster_store::catalogue::{self, Target};
use roster_store::standing::ledger::{self, ForeignEntry};
use roster_store::standing::{self, StandingKeys};
use roster_store::{databases, resources};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};

/// The most entries of one request.
const MAX_ENTRIES: usize = 50_000;
/// The most keys of one request: one is usual.
const MAX_KEYS: usize = 20;
/// The longest word about how something came to be, in characters.
const MAX_HOW_CHARS: usize = 500;
/// How many wrong entries are told.
const MAX_ERRORS: usize = 1000;

/// What another installation keeps.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "keys": [{"name": "0123456789abcdef", "secret": "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"}],
    "resources": {"3": "1"},
    "entries": [{"hash": "6f1d2c3b4a5968778695a4b3c2d1e0ff", "key": "0123456789abcdef", "database_id": null,
                 "resource_id": "3", "status": "unsubscribed", "by": "person",
                 "at": "2026-03-01T10:00:00.000Z", "noted_at": "2026-03-01T10:00:00.000Z", "how": "one_click"}]
}))]
struct ImportStanding {
    /// As `GET /v1/standing/keys` shows them; those that are known already may be
    /// left out.
    #[serde(default)]
    #[schema(value_type = Vec<GivenKey>, max_items = 20)]
    keys: Vec<Map<String, Value>>,
    /// Ids of databases there and here.
    #[serde(default)]
    databases: BTreeMap<String, String>,
    /// Ids of resources there and here.
    #[serde(default)]
    resources: BTreeMap<String, String>,
    /// Entries for what isn't mapped: `skip`, or `all`, so that they hold for all.
    #[serde(default)]
    #[schema(value_type = String, example = "skip")]
    unmapped: UnmappedPolicy,
    /// The lines of an export.
    #[schema(value_type = Vec<ExportedStanding>, min_items = 1, max_items = 50_000)]
    entries: Vec<Value>,
}

/// What contacts are hashed with there.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = GivenStandingKey)]
struct GivenKey {
    /// 1 to 64 letters, digits, `-` and `_`.
    #[schema(min_length = 1, max_length = 64, example = "0123456789abcdef")]
    name: String,
    /// 64 hexadecimal digits.
    #[schema(pattern = "^[0-9A-Fa-f]{64}$")]
    secret: String,
    /// As it is shown there; it says nothing here.
    #[serde(default, rename = "own")]
    _own: bool,
}

/// What becomes of entries for a database or resource that isn't mapped.
#[derive(Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum UnmappedPolicy {
    /// They are left out and counted.
    #[default]
    Skip,
    /// They hold for all: anyone who left something there gets nothing here.
    All,
}

/// How a contact stands, as a line of an export has it.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ExportedStanding {
    /// The contact's hash.
    #[schema(
        pattern = "^[0-9A-Fa-f]{32}$",
        example = "6f1d2c3b4a5968778695a4b3c2d1e0ff"
    )]
    hash: String,
    /// The name of the key that it is hashed with.
    #[schema(example = "0123456789abcdef")]
    key: String,
    /// The database there; all if absent.
    database_id: Option<String>,
    /// The resource there; all if absent.
    resource_id: Option<String>,
    /// `unsubscribed`, `complained` or `hardbounced`; none if it was lifted.
    #[schema(value_type = Option<String>, example = "unsubscribed")]
    status: Option<Status>,
    /// Who ended it.
    #[schema(example = "person")]
    by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// When it became known.
    #[schema(value_type = String, format = DateTime)]
    noted_at: Timestamp,
    /// By what; at most 500 characters.
    #[serde(default)]
    #[schema(max_length = 500)]
    how: String,
}

/// An entry that was not taken.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = WrongStandingEntry)]
pub(crate) struct WrongEntry {
    /// Its place among the entries, from 0.
    index: usize,
    /// The stable name of what is wrong.
    #[schema(value_type = String, example = "unknown_key")]
    code: Code,
    /// What is wrong and what would be right.
    detail: String,
}

/// What became of the entries.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub(crate) struct StandingImport {
    /// How many there were.
    total: usize,
    /// How many were taken; what is known better here stays.
    taken: usize,
    /// How many were left out, being for a database or resource that isn't mapped.
    unmapped: usize,
    /// How many are wrong.
    failed: usize,
    /// The first thousand of those.
    errors: Vec<WrongEntry>,
}

/// Takes over how contacts stand in another installation: its `keys`, the `entries` of
/// its export (50,000 at most), and which of its `databases` and `resources` are which
/// here. Sending it again does no harm.
#[route(
    post, "/v1/standing/import", SuppressionsWrite, id = "importStanding",
    once,
    body = ImportStanding,
    max_bytes = crate::suppressions::VALUES_BODY,
    answer = StandingImport,
)]
pub(crate) async fn import(call: Call) -> Result<Reply, Problem> {
    for_all(&call)?;
    let mut body: ImportStanding = call.json()?;
    check_count("entries", body.entries.len(), MAX_ENTRIES)?;
    let keys = read_keys(std::mem::take(&mut body.keys))?;
    call.once(async |sql| {
        let mut known = standing::load(sql).await?;
        put_keys(sql, &keys, &known, call.now).await?;
        known = standing::load(sql).await?;
        let maps = Maps::read(sql, &body, call.now).await?;
        let (entries, answer) = maps.entries(&body, &known);
        ledger::take_over(sql, &known, &entries).await?;
        let change = Change {
            field: "standing".to_owned(),
            before: Value::Null,
            after: json!({ "taken": answer.taken, "unmapped": answer.unmapped,
                "keys": keys.iter().map(|(name, _)| name).collect::<Vec<_>>() }),
        };
        let author = call.author();
        catalogue::record(sql, Target::All, "standing.imported", &[change], &author).await?;
        Ok(Reply::ok(&answer))
    })
    .await
}

fn read_keys(given: Vec<Map<String, Value>>) -> Result<Vec<(String, [u8; 32])>, Problem> {
    if given.len() > MAX_KEYS {
        let detail = format!("At most {MAX_KEYS} keys fit.");
        return Err(Invalid::new(Code::TooMany, detail).at("keys").into());
    }
    let mut keys = Vec::with_capacity(given.len());
    let mut wrong = Vec::new();
    for (index, key) in given.into_iter().enumerate() {
        let key = match serde_json::from_value::<GivenKey>(Value::Object(key)) {
            Ok(key) => key,
            Err(error) => {
                let detail = format!("This is no key: {error}.");
                wrong.push(
                    Invalid::new(Code::WrongType, detail)
                        .at_index(index)
                        .at("keys"),
                );
                continue;
            }
        };
        let mut refuse = |name: &str, detail: &str| {
            let invalid = Invalid::new(Code::InvalidKey, detail).at(name);
            wrong.push(invalid.at_index(index).at("keys"));
        };
        let is_name = (1..=64).contains(&key.name.len())
            && key
                .name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        if !is_name {
            refuse("name", "A key's name is 1 to 64 letters, digits, - and _.");
        }
        match bytes::<32>(&key.secret) {
            Some(secret) => {
                let known = keys.iter().find(|(name, _)| *name == key.name);
                match known {
                    Some((_, known)) if *known != secret => {
                        refuse("secret", "This name stands before with another secret.");
                    }
                    Some(_) => {}
                    None => keys.push((key.name.clone(), secret)),
                }
            }
            None => refuse("secret", "A secret is 64 hexadecimal digits."),
        }
    }
    Ok(valid(keys, wrong)?)
}

/// Keeps the keys that are new; another secret under a known name is refused.
async fn put_keys(
    sql: &impl roster_store::Sql,
    keys: &[(String, [u8; 32])],
    known: &StandingKeys,
    at: Timestamp,
) -> Result<(), Problem> {
    for (index, (name, secret)) in keys.iter().enumerate() {
        let mut same = known.keys.iter().filter(|key| key.name == *name);
        match same.next() {
            Some(key) if key.secret == *secret => {}
            Some(_) => {
                let detail = format!("A key {name} with another secret is known already.");
                let invalid = Invalid::new(Code::KeyDiffers, detail).at("secret");
                return Err(invalid.at_index(index).at("keys").into());
            }
            None => {
                ledger::put_key(sql, name, secret, at).await?;
            }
        }
    }
    Ok(())
}

/// Which databases and resources there are which here.
struct Maps {
    databases: HashMap<String, DatabaseId>,
    resources: HashMap<String, ResourceId>,
    unmapped: UnmappedPolicy,
    /// The time: nothing was told after it.
    now: Timestamp,
}

impl Maps {
    /// Reads them; what they lead to must exist.
    async fn read(
        sql: &impl roster_store::Sql,
        body: &ImportStanding,
        now: Timestamp,
    ) -> Result<Self, Problem> {
        let mut wrong = Vec::new();
        let mut databases_here = HashMap::new();
        for (there, here) in &body.databases {
            match here.parse::<DatabaseId>() {
                Ok(id) if databases::get(sql, id).await?.is_some() => {
                    databases_here.insert(there.clone(), id);
                }
                _ => wrong.push(unknown("database").at(there).at("databases")),
            }
        }
        let mut resources_here = HashMap::new();
        for (there, here) in &body.resources {
            match here.parse::<ResourceId>() {
                Ok(id) if resources::get(sql, id).await?.is_some() => {
                    resources_here.insert(there.clone(), id);
                }
                _ => wrong.push(unknown("resource").at(there).at("resources")),
            }
        }
        if !wrong.is_empty() {
            return Err(wrong.into());
        }
        Ok(Maps {
            databases: databases_here,
            resources: resources_here,
            unmapped: body.unmapped,
            now,
        })
    }

    fn entries(
        &self,
        body: &ImportStanding,
        keys: &StandingKeys,
    ) -> (Vec<ForeignEntry>, StandingImport) {
        let mut answer = StandingImport {
            total: body.entries.len(),
            ..StandingImport::default()
        };
        let mut entries = Vec::with_capacity(body.entries.len());
        for (index, given) in body.entries.iter().enumerate() {
            match self.entry(given, keys) {
                Ok(Some(entry)) => entries.push(entry),
                Ok(None) => answer.unmapped += 1,
                Err(invalid) => {
                    answer.failed += 1;
                    if answer.errors.len() < MAX_ERRORS {
                        answer.errors.push(WrongEntry {
                            index,
                            code: invalid.code,
                            detail: invalid.detail,
                        });
                    }
                }
            }
        }
        answer.taken = entries.len();
        (entries, answer)
    }

    /// One entry; none if it is for something that isn't mapped.
    fn entry(&self, given: &Value, keys: &StandingKeys) -> Result<Option<ForeignEntry>, Invalid> {
        if !given.is_object() {
            let detail = format!("An entry is an object, not {}.", excerpt_json(given));
            return Err(Invalid::new(Code::WrongType, detail));
        }
        let given = ExportedStanding::deserialize(given).map_err(|error| {
            Invalid::new(
                Code::WrongType,
                format!("This is no entry of an export: {error}."),
            )
        })?;
        if !keys.keys.iter().any(|key| key.name == given.key) {
            let detail = format!("The key {} is not known: send it along.", given.key);
            return Err(Invalid::new(Code::UnknownKey, detail));
        }
        let hash = bytes::<16>(&given.hash)
            .ok_or_else(|| Invalid::new(Code::InvalidHash, "A hash is 32 hexadecimal digits."))?;
        let standing = match given.status {
            None => None,
            Some(status) if status.is_end() => {
                let mut all = Party::ALL.into_iter();
                let by = all
                    .find(|party| party.as_str() == given.by)
                    .ok_or_else(|| {
                        let detail = format!("Nobody is called {} here.", given.by);
                        Invalid::new(Code::NotAnOption, detail)
                    })?;
                Some(Standing { status, by })
            }
            Some(status) => {
                let detail =
                    format!("{status} is no end: unsubscribed, complained or hardbounced.");
                return Err(Invalid::new(Code::NotAnOption, detail));
            }
        };
        if given.how.chars().count() > MAX_HOW_CHARS || given.how.chars().any(char::is_control) {
            let detail = format!("how is one line of at most {MAX_HOW_CHARS} characters.");
            return Err(Invalid::new(Code::TooLong, detail));
        }
        let database = given.database_id.map(|id| self.databases.get(&id).copied());
        let resource = given.resource_id.map(|id| self.resources.get(&id).copied());
        // Something is named that nobody mapped.
        let stray = database == Some(None) || resource == Some(None);
        if stray && self.unmapped == UnmappedPolicy::Skip {
            return Ok(None);
        }
        Ok(Some(ForeignEntry {
            hash,
            key: given.key,
            reach: Reach {
                database: database.flatten(),
                resource: resource.flatten(),
            },
            standing,
            at: given.at.min(self.now),
            noted_at: given.noted_at.min(self.now),
            how: given.how,
        }))
    }
}

fn unknown(what: &str) -> Invalid {
    Invalid::new(Code::UnknownId, format!("There is no such {what} here."))
}

/// So many bytes as hexadecimal digits.
fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        let pair = std::str::from_utf8(pair).ok()?;
        if !pair.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_digits_and_nothing_else() {
        assert_eq!(bytes::<2>("0aFf"), Some([10, 255]));
        for wrong in ["", "0a", "0aFf0", "+a+b", "zzzz", "é0"] {
            assert_eq!(bytes::<2>(wrong), None, "{wrong}");
        }
    }
}
