//! What answers look like, and what several handlers share.

use roster_http::{Call, Caller, Meaning, Problem, Reply, kinds};
use roster_model::Code;
use roster_model::suppression::{Entry, Form, Kind, MAX_LISTS, Suppression, SuppressionSettings};
use roster_model::{Invalid, SuppressionId, Timestamp};
use roster_store::Sql;
use roster_store::suppressions::entries::EntryRow;
use roster_store::suppressions::{self, SuppressionRow};
use serde::Serialize;

/// A suppression list: who gets no messages.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = SuppressionList)]
pub(crate) struct ShownList {
    /// Its id.
    #[schema(value_type = String, example = "2")]
    id: SuppressionId,
    #[serde(flatten)]
    settings: SuppressionSettings,
    /// Whether it holds for every database; one list does.
    is_global: bool,
    /// How many entries it has.
    #[schema(example = 120)]
    entries: i64,
    /// Counts the changes of its settings from 1, entries don't count; also the
    /// `ETag`.
    revision: i64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When its settings were last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<SuppressionRow> for ShownList {
    fn from(found: SuppressionRow) -> Self {
        let list = found.list;
        ShownList {
            id: list.id,
            is_global: list.is_global,
            settings: list.settings,
            entries: list.entries,
            revision: found.revision,
            created_at: list.created_at,
            updated_at: list.updated_at,
        }
    }
}

impl ShownList {
    /// The answer that shows it.
    pub(crate) fn reply(self) -> Reply {
        Reply::ok(&self).etag(self.revision)
    }

    /// 201 with its place.
    pub(crate) fn created(self) -> Reply {
        let path = format!("/v1/suppressions/{}", self.id);
        self.reply().meaning(Meaning::Created).location(&path)
    }
}

/// An entry of a list.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = SuppressionEntry)]
pub(crate) struct ShownEntry {
    /// The normalised address, domain or number, or a hash of that.
    #[schema(example = "ann@example.org")]
    value: String,
    /// `email`, `domain` or `phone`.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "email")]
    kind: Kind,
    /// `md5` or `sha256`; `null` for a value that is no hash.
    #[schema(value_type = Option<String>, required)]
    hash: Option<&'static str>,
    /// For a domain: whether everything below it is meant too.
    subdomains: bool,
    /// When it was added, or its reason last changed.
    #[schema(value_type = String, format = DateTime)]
    added_at: Timestamp,
    /// Why it is there.
    reason: String,
    /// Where it came from.
    source: String,
}

impl From<EntryRow> for ShownEntry {
    fn from(kept: EntryRow) -> Self {
        ShownEntry {
            hash: hash_name(&kept.entry),
            kind: kept.entry.kind,
            subdomains: kept.entry.subdomains,
            value: kept.entry.key,
            added_at: kept.at,
            reason: kept.reason,
            source: kept.source,
        }
    }
}

/// The name of the hash that an entry's key is.
pub(crate) fn hash_name(entry: &Entry) -> Option<&'static str> {
    match entry.form {
        Form::Plain => None,
        form @ (Form::Md5 | Form::Sha256) => Some(form.as_str()),
    }
}

/// What a request wants with a list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListAccess {
    /// See its settings and counts, ask whether it has a value.
    Look,
    /// See whom it names.
    Read,
    /// Change it or what is on it.
    Change,
}

/// The id in the path.
pub(crate) fn list_id(call: &Call) -> Result<SuppressionId, Problem> {
    call.id("id", "suppression list")
}

/// The list of the path, if the caller may do with it what is asked. A token for
/// some databases knows the lists of only those, and may ask the global one, but
/// neither read nor change it: it names people of all databases.
pub(crate) async fn found(
    sql: &impl Sql,
    call: &Call,
    wish: ListAccess,
) -> Result<SuppressionRow, Problem> {
    let found = suppressions::get(sql, list_id(call)?).await?;
    let found = found.ok_or_else(missing)?;
    if !may_know(&found.list, &call.caller) {
        return Err(missing());
    }
    if found.list.is_global && call.caller.databases.is_some() && wish != ListAccess::Look {
        let detail = "The global list holds for databases that this token may not know of.";
        return Err(Problem::new(kinds::FORBIDDEN, detail));
    }
    Ok(found)
}

fn missing() -> Problem {
    Problem::not_found("suppression list")
}

fn may_know(list: &Suppression, caller: &Caller) -> bool {
    list.is_global || may_have(&list.settings, caller)
}

/// Whether a list with these settings is one that the caller may know of.
fn may_have(settings: &SuppressionSettings, caller: &Caller) -> bool {
    caller.may_have(&settings.databases)
}

/// Refuses databases that don't exist or that the caller may not know of: the
/// answer is the same, so that ids can't be guessed. A token for some databases
/// must name one, or it would not know the list itself.
pub(crate) async fn check_databases(
    sql: &impl Sql,
    settings: &SuppressionSettings,
    caller: &Caller,
) -> Result<(), Problem> {
    let mut wrong = caller.unknown_databases(sql, &settings.databases).await?;
    if wrong.is_empty() && !may_have(settings, caller) {
        let detail = "This token is for some databases: the list must be attached to one of them.";
        wrong.push(Invalid::new(Code::Required, detail).at("databases"));
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.into())
    }
}

/// Refuses one more list where there are enough. Each database has its own share, so
/// that a token for some uses up nobody else's.
pub(crate) async fn check_limit(
    sql: &impl Sql,
    settings: &SuppressionSettings,
) -> Result<(), Problem> {
    if suppressions::count(sql, &settings.databases).await? < MAX_LISTS {
        return Ok(());
    }
    let detail = format!("At most {MAX_LISTS} suppression lists are attached to a database.");
    Err(Invalid::new(Code::TooMany, detail).into())
}

/// Another list has the name.
pub(crate) fn name_taken() -> Problem {
    Problem::new(kinds::NAME_TAKEN, "Another suppression list has this name.").with("field", "name")
}
