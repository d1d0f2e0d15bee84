//! What answers look like, and what several handlers share.

use roster_http::{Call, Meaning, Problem, Reply, kinds};
use roster_model::Code;
use roster_model::database::MAX_FIELDS;
use roster_model::{Case, DatabaseId, Field, FieldId, FieldType, Invalid, Timestamp};
use roster_store::Sql;
use roster_store::databases::{self, DatabaseRow};
use roster_store::fields::{self, Conflict, FieldError};
use serde::Serialize;
use serde_json::{Value, json};

/// A database with its fields.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Database)]
pub(crate) struct ShownDatabase {
    /// Its id.
    #[schema(value_type = String, example = "1")]
    id: DatabaseId,
    #[serde(flatten)]
    settings: roster_model::DatabaseSettings,
    /// Counts the changes of settings and fields from 1; also the `ETag`.
    revision: i64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When its settings or fields were last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// Its fields, the standard ones first unless positions say otherwise.
    fields: Vec<ShownField>,
}

impl From<DatabaseRow> for ShownDatabase {
    fn from(found: DatabaseRow) -> Self {
        let database = found.database;
        ShownDatabase {
            id: database.id,
            settings: database.settings,
            revision: found.revision,
            created_at: database.created_at,
            updated_at: database.updated_at,
            fields: database
                .fields
                .into_vec()
                .into_iter()
                .map(ShownField::from)
                .collect(),
        }
    }
}

impl ShownDatabase {
    /// The answer that shows it.
    pub(crate) fn reply(self) -> Reply {
        Reply::ok(&self).etag(self.revision)
    }

    /// 201 with its place.
    pub(crate) fn created(self) -> Reply {
        let path = format!("/v1/databases/{}", self.id);
        self.reply().meaning(Meaning::Created).location(&path)
    }
}

/// A field of a database.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Field)]
pub(crate) struct ShownField {
    /// Its id in the database.
    #[schema(value_type = String, example = "100")]
    id: FieldId,
    /// Its name, the key in a profile's data.
    #[schema(example = "party")]
    name: String,
    /// What its values are: `integer`, `float`, `string`, `date`, `boolean`,
    /// `enum`, `ip`, `tags`, `object`, `objects`; `email` and `phones` for these
    /// two standard fields.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "string")]
    field_type: FieldType,
    /// Whether every database has it.
    standard: bool,
    /// Whether the system keeps it: events write it, nobody else does.
    system: bool,
    /// What people see.
    title: String,
    /// What it is for.
    description: String,
    /// Whether every profile must have a value.
    required: bool,
    /// Whether no two profiles may have the same value.
    unique: bool,
    /// Whether profiles can be matched by it.
    matchable: bool,
    /// Whether upper and lower case tell its values apart where profiles are
    /// matched: `sensitive` or `insensitive`.
    #[schema(value_type = String, example = "sensitive")]
    case: Case,
    /// Whether quick search finds its text.
    searchable: bool,
    /// Whether the subscription manager shows it.
    manager: bool,
    /// Whether its dates lie in the past, so that a year of two digits is the last one
    /// that ends so.
    past: bool,
    /// Whether a text may have several lines.
    multiline: bool,
    /// The value of new profiles that bring none.
    default: Option<Value>,
    /// The options of an enum, in order.
    options: Vec<String>,
    /// Where it stands among the fields, ascending.
    position: i64,
}

impl From<Field> for ShownField {
    fn from(field: Field) -> Self {
        let past = field.lies_in_past();
        let system = field.is_system();
        ShownField {
            id: field.id,
            name: field.name,
            field_type: field.field_type,
            standard: field.standard,
            system,
            title: field.title,
            description: field.description,
            required: field.required,
            unique: field.unique,
            matchable: field.matchable,
            case: field.case,
            searchable: field.searchable,
            manager: field.manager,
            past,
            multiline: field.multiline,
            default: field.default,
            options: field.options,
            position: field.position,
        }
    }
}

/// What was deleted.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct RemovedDatabase {
    /// The database.
    #[schema(value_type = String, example = "1")]
    pub(crate) id: DatabaseId,
    /// How many profiles were deleted.
    pub(crate) profiles: i64,
}

/// A database that must be there.
pub(crate) async fn found(sql: &impl Sql, id: DatabaseId) -> Result<DatabaseRow, Problem> {
    let found = databases::get(sql, id).await?;
    found.ok_or_else(|| Problem::not_found("database"))
}

/// The field with a name, if there is one and people may change it.
pub(crate) fn changeable<'a>(
    database: &'a roster_model::Database,
    name: &str,
) -> Result<&'a Field, Problem> {
    let field = database.field(name);
    let field = field.ok_or_else(|| Problem::not_found("field"))?;
    if field.is_system() {
        let detail = "The system keeps this field: it can't be changed.";
        return Err(Problem::new(kinds::STANDARD_FIELD, detail));
    }
    Ok(field)
}

/// Refuses a name that another database has.
pub(crate) async fn free_name(
    sql: &impl Sql,
    name: &str,
    own: Option<DatabaseId>,
) -> Result<(), Problem> {
    match databases::named(sql, name).await? {
        Some(holder) if Some(holder) != own => Err(name_taken()),
        Some(_) | None => Ok(()),
    }
}

/// Another database has the name.
pub(crate) fn name_taken() -> Problem {
    Problem::new(kinds::NAME_TAKEN, "Another database has this name.").with("field", "name")
}

/// Refuses to make a database that the caller's token could not see.
pub(crate) fn may_create(call: &Call) -> Result<(), Problem> {
    match call.caller.databases {
        None => Ok(()),
        Some(_) => Err(Problem::new(
            kinds::FORBIDDEN,
            "A token that is limited to some databases can't make others.",
        )),
    }
}

/// A refused change of a field as a problem.
pub(crate) fn refused(refused: FieldError) -> Problem {
    match refused {
        FieldError::Store(error) => error.into(),
        FieldError::Values(conflict) => conflicting(conflict),
    }
}

fn conflicting(conflict: Conflict) -> Problem {
    let what = match conflict.member {
        "unique" => "share their value with another one",
        "required" => "have no value",
        _ => "have a value that would not fit",
    };
    let examples: Vec<Value> = conflict
        .examples
        .iter()
        .map(|(id, value)| json!({ "profile": id, "value": value }))
        .collect();
    Problem::new(
        kinds::FIELD_VALUES_CONFLICT,
        format!("{} profiles {what}. Nothing was changed.", conflict.count),
    )
    .with("member", conflict.member)
    .with("count", conflict.count)
    .with("examples", examples)
}

/// Another field of the database has the name.
pub(crate) fn name_taken_field() -> Problem {
    Problem::new(
        kinds::NAME_TAKEN,
        "Another field of the database has this name.",
    )
    .with("field", "name")
}

/// How many bytes the definitions of one database may take: an instance keeps
/// several databases in memory.
const MAX_DEFINITION_BYTES: i64 = 2_000_000;

/// Refuses a field that makes a database's definitions too many or too large.
pub(crate) async fn room(
    sql: &impl Sql,
    database: &roster_model::Database,
    field: &Field,
) -> Result<(), Problem> {
    let others = database.fields.iter().filter(|other| other.id != field.id);
    if others.count() >= MAX_FIELDS {
        let detail = format!("A database has at most {MAX_FIELDS} fields.");
        return Err(Problem::from(Invalid::new(Code::TooMany, detail)));
    }
    database.check_options(field)?;
    let size = |field: &Field| i64::try_from(json!(field).to_string().len()).unwrap_or(i64::MAX);
    let own = size(field);
    let before = database.fields.iter().find(|other| other.id == field.id);
    let all = fields::size(sql, database.id).await? - before.map_or(0, size);
    if all.saturating_add(own) > MAX_DEFINITION_BYTES {
        let detail = format!(
            "The definitions of a database's fields have at most {MAX_DEFINITION_BYTES} bytes together."
        );
        return Err(Problem::from(Invalid::new(Code::TooLong, detail)));
    }
    Ok(())
}
