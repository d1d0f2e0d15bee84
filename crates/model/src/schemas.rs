//! Parts of settings as the API's description shows them, where a reader takes more, or
//! less, than the type says.

use crate::channel::Channel;
use crate::form::FormField;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::openapi::schema::{OneOfBuilder, Type};
use utoipa::openapi::{ObjectBuilder, Ref, RefOr, Schema};

/// A field of a form as it is given: its name alone, or more.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "describes what form.rs reads")]
pub(crate) enum FormFieldBody {
    /// The database's field, which needn't be filled.
    Name(String),
    /// The field with more.
    Field(FormField),
}

/// A custom field of the subscriptions of one channel.
#[derive(utoipa::ToSchema)]
#[schema(as = SubscriptionField)]
#[allow(dead_code, reason = "describes what resource.rs reads")]
pub(crate) struct SubscriptionFieldBody {
    /// The channel whose subscriptions have it.
    channel: Channel,
    /// A letter and at most 63 letters, digits and underscores.
    #[schema(pattern = "^[A-Za-z][A-Za-z0-9_]{0,63}$")]
    name: String,
    /// The types of a database's custom fields.
    #[schema(example = "string")]
    r#type: String,
    /// What people see.
    #[schema(max_length = 200)]
    title: Option<String>,
    /// What it is for.
    #[schema(max_length = 2000)]
    description: Option<String>,
    /// Whether every subscription must have a value.
    required: Option<bool>,
    /// Whether the subscription manager shows it.
    manager: Option<bool>,
    /// Whether its dates lie in the past: a year of two digits is then the last one
    /// that ends so, otherwise the nearest. Dates alone.
    past: Option<bool>,
    /// Whether a text may have several lines; strings alone, and not those that
    /// profiles are matched by.
    multiline: Option<bool>,
    /// The value of new subscriptions that bring none.
    default: Option<Value>,
    /// The options of an enum, in order.
    options: Option<Vec<String>>,
    /// Where it stands among the fields, ascending.
    position: Option<i64>,
    /// Kept by the system, as what follows: it may be sent back as it is shown.
    #[schema(nullable = false)]
    id: Option<Value>,
    /// Always false.
    #[schema(nullable = false)]
    standard: Option<bool>,
    /// Always false.
    #[schema(nullable = false)]
    unique: Option<bool>,
    /// Always false.
    #[schema(nullable = false)]
    matchable: Option<bool>,
    /// Always false.
    #[schema(nullable = false)]
    searchable: Option<bool>,
}

/// When a schedule runs: `cron`, or one of the others.
#[derive(utoipa::ToSchema)]
#[schema(example = json!({"cron": "30 6 * * 1-5", "time_zone": "Europe/Berlin"}))]
#[allow(dead_code, reason = "describes schedule::Timing")]
pub(crate) struct SchedulePlan {
    /// Minute, hour, day of the month, month, day of the week.
    cron: Option<String>,
    /// The zone of `cron`; the database's otherwise.
    time_zone: Option<String>,
    /// Every so many minutes.
    #[schema(minimum = 1)]
    every_minutes: Option<i64>,
    /// Every so many hours.
    #[schema(minimum = 1)]
    every_hours: Option<i64>,
}

/// How a secret is sent.
#[derive(utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schema(example = json!({"type": "bearer"}))]
#[allow(dead_code, reason = "describes schedule::Auth")]
pub(crate) enum ScheduleAuth {
    /// As HTTP's basic authentication.
    Basic {
        /// Who logs in.
        user: String,
    },
    /// As a bearer token.
    Bearer {},
    /// As a header of its own.
    Header {
        /// The header's name.
        name: String,
    },
}

/// What a schedule imports: a file, or rows of a table or a query.
#[derive(utoipa::ToSchema)]
#[serde(untagged)]
#[schema(example = json!({"url": "https://files.example.org/people.csv"}))]
#[allow(dead_code, reason = "describes schedule::Source")]
pub(crate) enum ScheduleSource {
    /// A file at a URL.
    File(ScheduleFile),
    /// Rows of another database.
    Table(ScheduleTable),
}

/// A file that is fetched.
#[derive(utoipa::ToSchema)]
#[schema(example = json!({"url": "https://files.example.org/people.csv"}))]
#[allow(dead_code, reason = "describes schedule::FileSource")]
pub(crate) struct ScheduleFile {
    /// An http or https URL whose host the variable `import_hosts` allows.
    url: String,
    /// Headers that are sent; `null` takes one away.
    headers: Option<BTreeMap<String, Option<String>>>,
    /// How the secret is sent.
    auth: Option<ScheduleAuth>,
    /// The secret, which is never shown.
    secret: Option<String>,
}

/// Rows of a table or a query of another database.
#[derive(utoipa::ToSchema)]
#[schema(example = json!({"connector": "1", "table": "customers", "key": "id"}))]
#[allow(dead_code, reason = "describes schedule::TableSource")]
pub(crate) struct ScheduleTable {
    /// The id of the connector.
    #[schema(example = "1")]
    connector: String,
    /// A table or a view, such as `customers` or `crm.customers`.
    table: Option<String>,
    /// Or a query: one SELECT.
    #[schema(max_length = 20000)]
    query: Option<String>,
    /// A column that is unique, never empty and can be put in order: rows are read by it in
    /// pages. Without it in one go, at most 100,000.
    #[schema(max_length = 256)]
    key: Option<String>,
    /// A column that grows when a row changes: only rows from the last value on are read.
    #[schema(max_length = 256)]
    watermark: Option<String>,
    /// How many rows are asked for at once, at most; 10,000 if absent.
    #[schema(minimum = 1, maximum = 100000)]
    page_rows: Option<u32>,
}

/// The body that starts an import, which is described beside its route.
pub(crate) fn start_import() -> Ref {
    let mut start = Ref::from_schema_name("StartImport");
    start.description =
        "The body that starts the import, or `{settings: NAME}` of saved ones.".to_owned();
    start
}

/// A condition, which is described beside the routes.
pub(crate) fn condition() -> Ref {
    let mut condition = Ref::from_schema_name("Condition");
    condition.description = "Which profiles: a condition (docs/CONDITIONS.md).".to_owned();
    condition
}

/// A condition or `null`.
pub(crate) fn some_condition() -> RefOr<Schema> {
    or_null(condition())
}

/// A percent window or `null`.
pub(crate) fn some_range() -> RefOr<Schema> {
    let mut range = Ref::from_schema_name("Range");
    range.description = "A percent window of the database, chosen before the condition.".to_owned();
    or_null(range)
}

fn or_null(schema: Ref) -> RefOr<Schema> {
    let null = ObjectBuilder::new().schema_type(Type::Null);
    OneOfBuilder::new().item(null).item(schema).into()
}

/// The resources whose messages a control group holds back.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "describes ControlResources")]
pub(crate) enum ControlResourcesForm {
    /// `all`.
    Word(String),
    /// All but some.
    But(ExemptResources),
}

/// Resources whose messages everybody gets.
#[derive(Serialize, utoipa::ToSchema)]
#[allow(dead_code, reason = "describes ControlResources")]
pub(crate) struct ExemptResources {
    /// Their ids.
    exempt: Vec<String>,
}

/// When all are drawn again.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "describes Rotation")]
pub(crate) enum RotationForm {
    /// `never`.
    Word(String),
    /// Every so many months.
    Every(MonthlyRotation),
}

/// On which day, after how many months.
#[derive(Serialize, utoipa::ToSchema)]
#[allow(dead_code, reason = "describes Rotation")]
pub(crate) struct MonthlyRotation {
    /// How many months, 1 to 24.
    #[schema(minimum = 1, maximum = 24)]
    every_months: i64,
    /// Which day of the month, 1 to 28.
    #[schema(minimum = 1, maximum = 28)]
    day: i64,
}
