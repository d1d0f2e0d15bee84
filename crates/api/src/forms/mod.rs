//! `/v1/forms`: forms that websites embed.

use crate::consent::events::database;
use crate::consent::links::keys;
use roster_http::{Call, Meaning, Problem, Reply, Table, kinds, route, variable};
use roster_links::FormDisplay;
use roster_model::Code;
use roster_model::define::Settings;
use roster_model::error::valid;
use roster_model::form::MAX_FORMS;
use roster_model::{DatabaseId, FormId, FormSettings, Invalid, Timestamp};
use roster_pages::input::FIELD_PREFIX;
use roster_pages::{Input, Language, Subscribe};
use roster_store::Sql;
use roster_store::catalogue::Definitions;
use roster_store::forms::{self, Form};
use serde::Serialize;
use serde_json::{Map, Value};

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "forms",
    about: "Forms that websites embed",
    routes: &[create, list, get, update, delete, snippet],
};

/// A form.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Form)]
pub(crate) struct ShownForm {
    /// Its id.
    #[schema(value_type = String, example = "1")]
    id: FormId,
    /// The database whose profiles it makes.
    #[schema(value_type = String, example = "1")]
    database_id: DatabaseId,
    /// Where it is sent, and a page with it.
    url: String,
    #[serde(flatten)]
    settings: FormSettings,
    /// Counts its changes from 1; also the `ETag`.
    revision: i64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<Form> for ShownForm {
    fn from(form: Form) -> Self {
        ShownForm {
            id: form.id,
            database_id: form.database,
            url: format!("/f/{}", form.id),
            settings: form.settings,
            revision: form.revision,
            created_at: form.created_at,
            updated_at: form.updated_at,
        }
    }
}

impl ShownForm {
    fn reply(self) -> Reply {
        Reply::ok(&self).etag(self.revision)
    }
}

type NewSettings = roster_http::openapi::New<FormSettings>;

/// A new form: its database, and its settings.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = NewFormOfDatabase, example = json!({
    "database_id": "1", "name": "Footer", "resource_id": "1", "fields": ["_fname"],
    "consent": "I want the newsletter."
}))]
#[allow(dead_code, reason = "describes what create reads")]
struct NewForm {
    /// The database whose profiles it makes.
    #[schema(example = "1")]
    database_id: String,
    #[serde(flatten)]
    settings: NewSettings,
}

/// Makes a form.
#[route(
    post, "/v1/forms", FormsWrite, id = "createForm",
    once,
    body = NewForm,
    made = ShownForm,
)]
pub(crate) async fn create(call: Call) -> Result<Reply, Problem> {
    let mut members: Map<String, Value> = call.json()?;
    let database = database(&call, &mut members)?;
    let settings = FormSettings::create(&Value::Object(members))?;
    call.by_definitions(database, |known| check(&settings, known))
        .await?;
    call.once(async |sql| {
        if forms::count(sql, database).await? >= MAX_FORMS {
            let detail = format!("A database has at most {MAX_FORMS} forms.");
            return Err(Problem::from(Invalid::new(Code::TooMany, detail)));
        }
        let made = forms::create(sql, database, &settings, &call.author()).await?;
        let id = made.ok_or_else(name_taken)?;
        let found = found(&call, sql, id).await?;
        Ok(ShownForm::from(found)
            .reply()
            .meaning(Meaning::Created)
            .location(&format!("/v1/forms/{id}")))
    })
    .await
}

/// The forms, in order of creation.
#[route(
    get, "/v1/forms", FormsRead, id = "listForms",
    page = crate::forms::ShownForm,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let paging = call.paging::<i64>()?;
    let sql = call.pool.lend().await?;
    let databases = call.caller.databases.as_deref();
    let read = async |after: Option<&i64>, rows| {
        forms::page(&sql, after.copied().unwrap_or(0), databases, rows).await
    };
    let page = paging.read(read, |one| one.id.get(), |one| Ok(ShownForm::from(one)));
    Ok(Reply::ok(&page.await?))
}

/// One form.
#[route(get, "/v1/forms/{id}", FormsRead, id = "getForm", answer = ShownForm)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    let id = call.id("id", "form")?;
    let sql = call.pool.lend().await?;
    let found = found(&call, &sql, id).await?;
    Ok(ShownForm::from(found).reply())
}

/// Changes a form, as a JSON merge patch says.
#[route(
    patch, "/v1/forms/{id}", FormsWrite, id = "updateForm",
    if_match,
    once,
    patch = roster_model::FormSettings,
    answer = ShownForm,
)]
pub(crate) async fn update(call: Call) -> Result<Reply, Problem> {
    let id = call.id("id", "form")?;
    let if_match = call.if_match()?;
    let patch: Value = call.json()?;
    if let Some(reply) = call.replay().await? {
        return Ok(reply);
    }
    let before = {
        let sql = call.pool.lend().await?;
        found(&call, &sql, id).await?
    };
    if_match.check(before.revision)?;
    let settings = before.settings.patch(&patch)?;
    call.by_definitions(before.database, |known| check(&settings, known))
        .await?;
    call.once(async |sql| {
        let mut form = found(&call, sql, id).await?;
        if form.revision != before.revision {
            return Err(Problem::new(
                kinds::CONFLICT,
                "The form was changed at the same moment: read it again.",
            ));
        }
        if settings != form.settings {
            let revision = forms::update(sql, &form, &settings, &call.author()).await?;
            form.revision = revision.ok_or_else(name_taken)?;
            form.settings = settings.clone();
            form.updated_at = call.now;
        }
        Ok(ShownForm::from(form).reply())
    })
    .await
}

/// Deletes a form. Anyone who came through it stays.
#[route(
    delete, "/v1/forms/{id}", FormsWrite, id = "deleteForm",
    if_match,
    once,
    answer = ShownForm,
)]
pub(crate) async fn delete(call: Call) -> Result<Reply, Problem> {
    let id = call.id("id", "form")?;
    let if_match = call.if_match()?;
    call.once(async |sql| {
        let found = found(&call, sql, id).await?;
        if_match.check(found.revision)?;
        forms::delete(sql, &found, &call.author()).await?;
        Ok(ShownForm::from(found).reply())
    })
    .await
}

/// A form as HTML.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Snippet {
    /// Plain HTML without scripts, to be put into a website.
    html: String,
}

/// The form as plain HTML, to be put into a website.
#[route(get, "/v1/forms/{id}/snippet", FormsRead, id = "getFormSnippet", answer = Snippet)]
pub(crate) async fn snippet(call: Call) -> Result<Reply, Problem> {
    let id = call.id("id", "form")?;
    let base = variable("public_url").await?;
    let base = base.trim().trim_end_matches('/').to_owned();
    let (form, keys) = {
        let sql = call.pool.lend().await?;
        (found(&call, &sql, id).await?, keys(&sql).await?)
    };
    let definitions = call.current(form.database).await?;
    let shown = keys.sign_fill(&FormDisplay {
        database: form.database,
        form: form.id.get(),
        at: call.now,
    });
    let action = format!("{base}/f/{id}");
    let resource = form.settings.resource_id;
    let mut resources = definitions.resources.iter();
    let resource = resources.find(|one| one.id == resource);
    let resource = resource.ok_or_else(|| Problem::not_found("resource"))?;
    let view = Subscribe::of(
        id,
        &form.settings,
        &definitions.database,
        resource,
        action,
        shown,
    );
    Ok(Reply::ok(&Snippet {
        html: view.snippet(),
    }))
}

/// Whether a form fits its database: the resource, its channel, the fields.
fn check(settings: &FormSettings, definitions: &Definitions) -> Result<(), Vec<Invalid>> {
    let schema = definitions.schema();
    let mut wrong = Vec::new();
    match schema.resource(&settings.resource_id.to_string().into()) {
        Ok(resource) if !resource.channels.contains(&settings.channel) => {
            let detail = format!("The resource has no channel {}.", settings.channel);
            wrong.push(Invalid::new(Code::ChannelNotOfResource, detail).at("channel"));
        }
        Ok(_) => {}
        Err(invalid) => wrong.push(invalid.at("resource_id")),
    }
    for (index, field) in settings.fields.iter().enumerate() {
        let place = |invalid: Invalid| invalid.at_index(index).at("fields");
        let known = definitions.database.field(&field.name);
        match known {
            None => {
                let detail = format!("The database has no field {}.", field.name);
                wrong.push(place(Invalid::new(Code::UnknownField, detail)));
            }
            Some(_) if field.name == settings.contact_name() => {
                let detail = "The contact is in every form: it is no further field.";
                wrong.push(place(Invalid::new(Code::Repeated, detail)));
            }
            Some(known) if known.is_system() => {
                let read_only = known.writable().err().into_iter();
                wrong.extend(read_only.map(place));
            }
            Some(known) if Input::of(known, None, Language::En).is_none() => {
                let detail = format!("{} can't be typed into a form.", field.name);
                wrong.push(place(Invalid::new(Code::NotSupported, detail)));
            }
            Some(_) => {}
        }
    }
    let taken = ["shown", "consent", "email", "phone", ""];
    let honeypot = settings.honeypot.as_str();
    if taken.contains(&honeypot) || honeypot.starts_with(FIELD_PREFIX) {
        let detail = "The honeypot needs a name that nothing else in the form has.";
        wrong.push(Invalid::new(Code::Repeated, detail).at("honeypot"));
    }
    valid((), wrong)
}

async fn found(call: &Call, sql: &impl Sql, id: FormId) -> Result<Form, Problem> {
    let found = forms::get(sql, id).await?;
    let found = found.filter(|form| call.caller.may_see(form.database));
    found.ok_or_else(|| Problem::not_found("form"))
}

fn name_taken() -> Problem {
    Problem::new(
        kinds::NAME_TAKEN,
        "Another form of the database has this name.",
    )
    .with("field", "name")
}
