//! What the OpenAPI document says of bodies and parameters that the handlers read as plain
//! JSON or text.

use roster_http::query;
use serde_json::Value;
use utoipa::ToSchema;

/// Which changes of definitions are asked for.
#[query]
pub(crate) struct DefinitionHistoryQuery {
    /// Only of this kind of definition: `database`, `field`, `resource`, `segment`,
    /// `suppression`, `watcher`, `hook`, `form`, `schedule`, `import_settings`, `token`,
    /// `relation_type`, `control_group`.
    #[param(example = "form", schema_with = crate::words::noun)]
    noun: Option<String>,
    /// Only of the definition with this id; needs `noun`.
    id: Option<String>,
    /// Only in this database.
    #[param(schema_with = crate::words::id)]
    database: Option<String>,
    /// Only by the token with this name.
    actor: Option<String>,
    /// Only at or after this time.
    #[param(format = DateTime)]
    from: Option<String>,
    /// Only before this time.
    #[param(format = DateTime)]
    to: Option<String>,
}

/// The types of custom fields.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[allow(dead_code, reason = "describes FieldType::CUSTOM")]
pub(crate) enum CustomType {
    Integer,
    Float,
    String,
    Date,
    Boolean,
    Enum,
    Ip,
    Tags,
    Object,
    Objects,
}

/// A new field: its name, and what it is.
#[derive(ToSchema)]
#[schema(example = json!({"name": "party", "type": "enum", "options": ["Democrat", "Republican"], "matchable": true}))]
#[allow(dead_code, reason = "describes Field::create")]
pub(crate) struct NewField {
    /// A letter and at most 63 letters, digits and underscores.
    #[schema(pattern = "^[A-Za-z][A-Za-z0-9_]{0,63}$")]
    name: String,
    #[serde(flatten)]
    settings: FieldSettings,
}

/// What a field is.
#[derive(ToSchema)]
#[schema(example = json!({"type": "string", "required": true}))]
#[allow(dead_code, reason = "describes Field::take_settings")]
pub(crate) struct FieldSettings {
    /// What its values are; custom fields alone can have another type.
    r#type: CustomType,
    /// What people see.
    #[schema(max_length = 200)]
    title: Option<String>,
    /// What it is for.
    #[schema(max_length = 2000)]
    description: Option<String>,
    /// Whether every profile must have a value.
    required: Option<bool>,
    /// Whether no two profiles may have the same value; includes `matchable`.
    unique: Option<bool>,
    /// Whether profiles can be matched by it.
    matchable: Option<bool>,
    /// Whether upper and lower case tell values of a string field apart where
    /// profiles are matched and where it is unique: `sensitive` or `insensitive`.
    /// Values keep their case either way. Two that are one without regard to case are a
    /// conflict, as with `unique`.
    case: Option<String>,
    /// Whether quick search finds its text: strings, tags, enums.
    searchable: Option<bool>,
    /// Whether the subscription manager shows it.
    manager: Option<bool>,
    /// Whether its dates lie in the past: a year of two digits is then the last one that
    /// ends so, otherwise the nearest. Dates alone; of `_bdate` and `_regdate` always.
    past: Option<bool>,
    /// Whether a text may have several lines; strings alone, and not those that
    /// profiles are matched by.
    multiline: Option<bool>,
    /// The value of new profiles that bring none.
    default: Option<Value>,
    /// The options of an enum, in order.
    options: Option<Vec<String>>,
    /// Where it stands among the fields, ascending; a new one last otherwise.
    position: Option<i64>,
}

/// What changes a field.
#[allow(dead_code, reason = "describes Field::patch")]
pub(crate) type FieldPatch = roster_http::openapi::Patch<FieldSettings>;
