//! List, create, get, change and delete any definition of a database that has no table of
//! its own. A noun says what its settings must fit, and its routes; idempotency, revisions,
//! names, limits and history are the same for all.

use roster_http::openapi::noun;
use roster_http::{Call, Meaning, Problem, Reply, kinds};
use roster_model::define::Definition;
use roster_model::{Code, DatabaseId, Invalid, Timestamp};
use roster_store::Sql;
use roster_store::catalogue::Definitions;
use roster_store::definitions::{self, DefinitionRow};
use serde::Serialize;
use serde_json::Value;
use std::borrow::Cow;
use std::cell::Cell;
use utoipa::openapi::schema::AllOfBuilder;
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A kind of definition that belongs to a database and has routes there.
pub(crate) trait DatabaseDefinition: Definition + ToSchema {
    /// Whether the settings fit their database.
    ///
    /// # Errors
    /// What is wrong, by pointer.
    fn check(&self, known: &Definitions) -> Result<(), Vec<Invalid>>;
}

/// A definition as it is shown: its settings, and what the store knows of it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct DefinitionBody<S> {
    #[serde(flatten)]
    meta: DefinitionMeta,
    #[serde(flatten)]
    settings: S,
}

/// What every definition of a database has beside its settings.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct DefinitionMeta {
    /// Its id.
    #[schema(example = "1")]
    id: String,
    /// Its database.
    #[schema(value_type = String, example = "1")]
    database_id: DatabaseId,
    /// Counts its changes from 1; also the `ETag`.
    revision: i64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl<S> From<DefinitionRow<S>> for DefinitionBody<S> {
    fn from(row: DefinitionRow<S>) -> Self {
        DefinitionBody {
            meta: DefinitionMeta {
                id: row.id.to_string(),
                database_id: row.database,
                revision: row.revision,
                created_at: row.created_at,
                updated_at: row.updated_at,
            },
            settings: row.settings,
        }
    }
}

impl<S: Serialize> DefinitionBody<S> {
    fn reply(&self) -> Reply {
        Reply::ok(self).etag(self.meta.revision)
    }
}

impl<S: ToSchema> PartialSchema for DefinitionBody<S> {
    fn schema() -> RefOr<Schema> {
        let whole = AllOfBuilder::new()
            .item(Ref::from_schema_name(DefinitionMeta::name()))
            .item(Ref::from_schema_name(S::name()));
        RefOr::T(Schema::AllOf(whole.build()))
    }
}

impl<S: ToSchema> ToSchema for DefinitionBody<S> {
    /// `View` of `ViewSettings`.
    fn name() -> Cow<'static, str> {
        noun::<S>().into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        for (name, schema) in [
            (DefinitionMeta::name(), DefinitionMeta::schema()),
            (S::name(), S::schema()),
        ] {
            schemas.push((name.into_owned(), schema));
        }
        S::schemas(schemas);
    }
}

/// What people call one: `view`.
fn word<S: Definition>() -> String {
    S::NOUN.as_str().replace('_', " ")
}

/// A page of them, in order of creation.
pub(crate) async fn list<S: DatabaseDefinition>(call: &Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    let paging = call.paging::<i64>()?;
    let sql = call.pool.lend().await?;
    let is_missing = Cell::new(false);
    let read = async |after: Option<&i64>, rows| {
        let after = after.copied().unwrap_or(0);
        let page = definitions::page::<S>(&sql, database, after, rows).await?;
        is_missing.set(page.is_none());
        Ok::<_, roster_store::Error>(page.unwrap_or_default())
    };
    let show = |one: DefinitionRow<S>| Ok(DefinitionBody::from(one));
    let page = paging.read(read, |one| one.id, show).await?;
    if is_missing.get() {
        return Err(Problem::not_found("database"));
    }
    Ok(Reply::ok(&page))
}

/// Makes one.
pub(crate) async fn create<S: DatabaseDefinition>(call: &Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    let settings = S::create(&call.json::<Value>()?)?;
    call.by_definitions(database, |known| settings.check(known))
        .await?;
    call.once(async |sql| {
        let count = definitions::count::<S>(sql, database).await?;
        let count = count.ok_or_else(|| Problem::not_found("database"))?;
        if count >= S::LIMIT {
            let detail = format!("A database has at most {} of them.", S::LIMIT);
            return Err(Invalid::new(Code::TooMany, detail).into());
        }
        let author = call.author();
        let made = definitions::create(sql, database, settings.clone(), &author).await?;
        let made = made.ok_or_else(name_taken::<S>)?;
        let path = format!("{}/{}", call.path, made.id);
        Ok(DefinitionBody::from(made)
            .reply()
            .meaning(Meaning::Created)
            .location(&path))
    })
    .await
}

/// One.
pub(crate) async fn get<S: DatabaseDefinition>(call: &Call) -> Result<Reply, Problem> {
    let sql = call.pool.lend().await?;
    Ok(DefinitionBody::from(found::<S>(&sql, call).await?).reply())
}

/// Changes one, as a JSON merge patch says.
pub(crate) async fn update<S: DatabaseDefinition>(call: &Call) -> Result<Reply, Problem> {
    let if_match = call.if_match()?;
    let patch: Value = call.json()?;
    if let Some(reply) = call.replay().await? {
        return Ok(reply);
    }
    let before = {
        let sql = call.pool.lend().await?;
        found::<S>(&sql, call).await?
    };
    if_match.check(before.revision)?;
    let settings = before.settings.patch(&patch)?;
    call.by_definitions(before.database, |known| settings.check(known))
        .await?;
    call.once(async |sql| {
        let now = found::<S>(sql, call).await?;
        if now.revision != before.revision {
            let detail = "It was changed at the same moment: read it again.";
            return Err(Problem::new(kinds::CONFLICT, detail));
        }
        if now.settings == settings {
            return Ok(DefinitionBody::from(now).reply());
        }
        let author = call.author();
        let changed = definitions::update(sql, now, settings.clone(), &author).await?;
        Ok(DefinitionBody::from(changed.ok_or_else(name_taken::<S>)?).reply())
    })
    .await
}

/// Deletes one, and shows what it was.
pub(crate) async fn delete<S: DatabaseDefinition>(call: &Call) -> Result<Reply, Problem> {
    let if_match = call.if_match()?;
    call.once(async |sql| {
        let before = found::<S>(sql, call).await?;
        if_match.check(before.revision)?;
        if !definitions::delete(sql, &before, &call.author()).await? {
            return Err(not_found::<S>());
        }
        Ok(DefinitionBody::from(before).reply())
    })
    .await
}

/// The one that the path names.
async fn found<S: DatabaseDefinition>(
    sql: &impl Sql,
    call: &Call,
) -> Result<DefinitionRow<S>, Problem> {
    let database = call.database()?;
    let id = call.id("id", &word::<S>())?;
    let found = definitions::get(sql, database, id).await?;
    found.ok_or_else(not_found::<S>)
}

fn not_found<S: Definition>() -> Problem {
    Problem::not_found(&word::<S>())
}

/// Another one of the database has the name.
fn name_taken<S: Definition>() -> Problem {
    let detail = format!("Another {} of the database has this name.", word::<S>());
    Problem::new(kinds::NAME_TAKEN, detail).with("field", "name")
}
