//! `/f/{id}`: a form, as a page and as what websites post to.
//!
//! Anybody can fill it in for anybody. So it never tells whether a contact is
//! known, changes nothing that is known already, and is counted.

mod sender;
mod submission;

use crate::public::client::Client;
use crate::public::shown::{page, private, problem_as, redirect, with_error_page};
use crate::public::visit::{frame, keys};
use http::header::{self, HeaderValue};
use roster_http::writing::{WriteContext, WriteOutcome, refused};
use roster_http::{Call, Kind, Meaning, Problem, Reply, kinds, route};
use roster_links::FormDisplay;
use roster_model::Code;
use roster_model::form::InvalidValuePolicy;
use roster_model::write::{Command, Refusal, Schema, SignUp};
use roster_model::{Channel, FormId, Invalid, Origin, Resource};
use roster_pages::subscribe::CONSENT;
use roster_pages::{Complaint, Confirm, ConfirmState, ProblemKind, Subscribe, SubscriptionLabel};
use roster_store::catalogue::Definitions;
use roster_store::forms::{self, Form};
use roster_store::rates::{self, Limit};
use sender::Sender;
use serde_json::json;
use std::cell::RefCell;
use std::sync::Arc;
use submission::FormSubmission;

/// How history calls what comes through a form.
const INTERFACE: &str = "form";

/// The most members of a form that are told as left out.
const MAX_LEFT_OUT: usize = 100;

const HOUR_MS: i64 = 60 * 60 * 1000;

/// A form that was found, and what it is for.
struct FormContext {
    form: Form,
    definitions: Arc<Definitions>,
}

impl FormContext {
    async fn of(call: &Call) -> Result<Option<Self>, Problem> {
        let Ok(id) = call.id::<FormId>("id", "form") else {
            return Ok(None);
        };
        let found = {
            let sql = call.pool.lend().await?;
            forms::get(&sql, id).await?
        };
        let Some(form) = found.filter(|form| form.settings.enabled) else {
            return Ok(None);
        };
        let definitions = call.current(form.database).await?;
        Ok(Some(FormContext { form, definitions }))
    }

    fn resource(&self) -> Option<&Resource> {
        let mut resources = self.definitions.resources.iter();
        resources.find(|resource| resource.id == self.form.settings.resource_id)
    }

    /// What people see of it.
    async fn view(&self, call: &Call) -> Result<Option<Subscribe>, Problem> {
        let form = &self.form;
        let shown = keys(call).await?.sign_fill(&FormDisplay {
            database: form.database,
            form: form.id.get(),
            at: call.now,
        });
        let action = format!("/f/{}", form.id);
        let database = &self.definitions.database;
        Ok(self.resource().map(|resource| {
            Subscribe::of(form.id, &form.settings, database, resource, action, shown)
        }))
    }
}

fn no_form() -> Reply {
    let frame = roster_pages::Frame::default();
    problem_as(Meaning::NotFound, frame, ProblemKind::Gone)
}

/// Shows a form as a page.
#[route(
    get, "/f/{id}", Anybody, id = "showForm",
    responses( (status = 200, description = "The page.", content_type = "text/html", body = String), ),
)]
pub(crate) async fn show(call: Call) -> Result<Reply, Problem> {
    with_error_page(shown(call).await)
}

async fn shown(call: Call) -> Result<Reply, Problem> {
    let Some(found) = FormContext::of(&call).await? else {
        return Ok(no_form());
    };
    let Some(view) = found.view(&call).await? else {
        return Ok(no_form());
    };
    let frame = frame(&found.definitions);
    Ok(page(view.page(&frame), &found.form.settings.redirect))
}

/// Tells browsers what a website's script may do with the form (CORS).
#[route(
    options, "/f/{id}", Anybody, id = "askForm",
    responses( (status = 200, description = "It may be sent from this website."), (status = 403, description = "It may not."), ),
)]
pub(crate) async fn ask(call: Call) -> Result<Reply, Problem> {
    let Some(found) = FormContext::of(&call).await? else {
        return Ok(no_form());
    };
    let sender = Sender::of(&call, &found.form).await?;
    if !sender.may_send {
        return Err(not_from_here());
    }
    Ok(sender.allowed())
}

fn not_from_here() -> Problem {
    let detail = "The form may not be sent from this website.";
    Problem::new(kinds::FORBIDDEN, detail)
}

/// Takes what was filled in, as an HTML form, which gets pages, or as JSON. It never tells
/// whether a contact is known.
#[route(
    post, "/f/{id}", Anybody, id = "sendForm",
    request_body( content( (crate::public::openapi::FilledForm = "application/json"), (crate::public::openapi::PostedForm = "application/x-www-form-urlencoded"), ) ),
    max_bytes = super::FORM,
    responses( (status = 200, description = "It was taken.", content( (crate::public::openapi::FormReceipt = "application/json"), (String = "text/html"), )), (status = 303, description = "It was taken, and the form leads on."), (status = 400, description = "It can't be read.", content_type = "text/html", body = String), (status = 403, description = "The form may not be sent from this website.", content_type = "text/html", body = String), (status = 422, description = "What is wrong with it.", content_type = "text/html", body = String), (status = 429, description = "Too much, or too fast.", content_type = "text/html", body = String), ),
)]
pub(crate) async fn take(call: Call) -> Result<Reply, Problem> {
    let found = match FormContext::of(&call).await {
        Ok(Some(found)) => found,
        Ok(None) => return Ok(no_form()),
        Err(problem) => return with_error_page(Err(problem)),
    };
    let sender = Sender::of(&call, &found.form).await?;
    let reply = with_error_page(taken(&call, &found, &sender).await);
    Ok(sender.shown(reply.unwrap_or_else(Problem::into_reply)))
}

async fn taken(call: &Call, found: &FormContext, sender: &Sender) -> Result<Reply, Problem> {
    let settings = &found.form.settings;
    let sent = FormSubmission::of(call, &found.form, &found.definitions.database)?;
    let client = Client::of(call).await?;
    let refuse = |meaning, kind, problem| {
        if sent.json {
            Err(problem)
        } else {
            let frame = frame(&found.definitions);
            Ok(problem_as(meaning, frame, kind))
        }
    };
    if !sender.may_send {
        return refuse(Meaning::Forbidden, ProblemKind::BadForm, not_from_here());
    }
    // Programs fill in what people don't see, or within a moment. They are told
    // what people are told.
    if sent.trapped {
        return done(found, &sent);
    }
    if let Some(token) = &sent.shown
        && settings.minimum_seconds > 0
    {
        let shown = keys(call).await?.read_fill(token);
        let shown = shown.ok().filter(|shown| {
            shown.form == found.form.id.get() && shown.database == found.form.database
        });
        let Some(shown) = shown else {
            let detail = "The control shown has another value than the form came with.";
            let kind = Kind::refusal(Code::InvalidLink);
            return refuse(
                Meaning::Unprocessable,
                ProblemKind::BadForm,
                Problem::new(kind, detail),
            );
        };
        let seconds = call.now.ms().saturating_sub(shown.at.ms()) / 1000;
        if seconds < settings.minimum_seconds {
            return refuse(Meaning::TooManyRequests, ProblemKind::TryLater, too_many());
        }
    }
    if !within_rates(call, &found.form, &client).await? {
        return refuse(Meaning::TooManyRequests, ProblemKind::TryLater, too_many());
    }
    if let Some(error) = missing(found, &sent) {
        return wrongly(call, found, &sent, error).await;
    }
    match write(call, found, &sent, &client).await? {
        Ok(()) => done(found, &sent),
        Err(error) => wrongly(call, found, &sent, error).await,
    }
}

/// What the form insists on and didn't get, and what the database does of somebody
/// new: anyone who is known is asked the same.
fn missing(found: &FormContext, sent: &FormSubmission) -> Option<Refusal> {
    let form = &found.form;
    let required = |name: &String| {
        let detail = "The form needs this.";
        Invalid::new(Code::Required, detail).at(name)
    };
    let mut wrong: Vec<Invalid> = sent.missing.iter().map(required).collect();
    let contact = match form.settings.channel {
        Channel::Email => "email",
        _ => "phones",
    };
    let fields = found.definitions.database.fields.iter();
    let needed = fields.filter(|field| field.required && field.default.is_none());
    let lacks = needed.filter(|field| {
        let name = &field.name;
        name != contact && !sent.data.contains_key(name) && !sent.missing.contains(name)
    });
    wrong.extend(lacks.map(|field| required(&field.name)));
    if !form.settings.consent.is_empty() && !sent.consent {
        let detail = "Nobody is subscribed without their consent.";
        wrong.push(Invalid::new(Code::ConsentMissing, detail).at(CONSENT));
    }
    Refusal::all(wrong)
}

async fn within_rates(call: &Call, form: &Form, client: &Client) -> Result<bool, Problem> {
    let settings = &form.settings;
    let ip = client.ip.as_deref().unwrap_or("unknown");
    let sql = call.pool.lend().await?;
    for (key, most) in [
        (format!("form/{}/{ip}", form.id), settings.per_ip_hour),
        (format!("form/{}", form.id), settings.per_hour),
    ] {
        let limit = Limit {
            most,
            span_ms: HOUR_MS,
        };
        if !rates::hit(&sql, &key, limit, call.now).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn too_many() -> Problem {
    Problem::new(
        kinds::TOO_MANY_REQUESTS,
        "Too much, or too fast: try again later.",
    )
    .header(header::RETRY_AFTER, HeaderValue::from_static("3600"))
}

/// Writes it like any import by its contact; gives what is wrong with what was
/// filled in, no matter who sent it. What stands against it in the profiles that there
/// are is logged and not told.
async fn write(
    call: &Call,
    found: &FormContext,
    sent: &FormSubmission,
    client: &Client,
) -> Result<Result<(), Refusal>, Problem> {
    let form = &found.form;
    let url = sent.page.as_deref();
    let sign_up = SignUp {
        resource: form.settings.resource_id,
        channel: form.settings.channel,
        contact: &sent.contact,
        data: &sent.data,
        skips_invalid: form.settings.invalid == InvalidValuePolicy::Skip,
        ip: client.ip.as_deref(),
        url,
    };
    let wording = Some(form.settings.consent.as_str()).filter(|wording| !wording.is_empty());
    let mut about = client.consent("form", url.unwrap_or("/f"), wording);
    about.insert("form".to_owned(), json!(form.id));
    let wrong = RefCell::new(None);
    let prepare = |schema: &Schema<'_>| {
        let command = Command::sign_up(&sign_up, call.now, schema);
        let command = command.and_then(|command| insist(form, command));
        *wrong.borrow_mut() = command.as_ref().err().cloned();
        let left_out = sent.left_out.iter().take(MAX_LEFT_OUT).cloned();
        vec![command.map(|command| {
            let command = command.without(left_out, false).about(&about);
            command.filling_empty().leaving_taken()
        })]
    };
    let act = WriteContext {
        database: form.database,
        actor: &form.settings.name,
        interface: INTERFACE,
        origin: Origin::Form,
        atomic: false,
        repeatable: None,
    };
    let error = match call.write_items(&act, prepare, || None).await? {
        WriteOutcome::Results(results) => match results.into_iter().next() {
            Some(result) => result.err(),
            None => return Err(Problem::internal(&"a write without a result")),
        },
        WriteOutcome::Repeated(_) => return Err(Problem::internal(&"an answer nobody asked for")),
    };
    if let Some(wrong) = wrong.take() {
        return Ok(Err(wrong));
    }
    if let Some(error) = error {
        eprintln!("form {}: nothing was stored: {}", form.id, error.code);
    }
    Ok(Ok(()))
}

/// Refuses what is left out though the form insists on it.
fn insist(form: &Form, command: Command) -> Result<Command, Refusal> {
    let fields = form.settings.fields.iter().filter(|field| field.required);
    let places: Vec<String> = fields
        .map(|field| format!("/data/{}", field.name))
        .collect();
    let insisted = |one: &&Invalid| {
        let mut places = places.iter();
        places.any(|place| one.pointer.strip_prefix(place).is_some_and(is_end))
    };
    let wrong = command.left_out().iter().filter(insisted).cloned();
    match Refusal::all(wrong.collect()) {
        Some(error) => Err(error),
        None => Ok(command),
    }
}

/// Whether a pointer's rest is of what it points to, or of something inside.
fn is_end(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('/')
}

/// What everybody is told whose form was taken, no matter who they are.
fn done(found: &FormContext, sent: &FormSubmission) -> Result<Reply, Problem> {
    let asks = found
        .resource()
        .is_some_and(|resource| resource.double_opt_in.applies(Origin::Form));
    if sent.json {
        let state = if asks { "confirm" } else { "subscribed" };
        return Ok(private(Reply::ok(&json!({ "status": state }))));
    }
    let settings = &found.form.settings;
    if let Some(reply) = Some(settings.redirect.as_str())
        .filter(|url| !url.is_empty())
        .and_then(redirect)
    {
        return Ok(reply);
    }
    let contact = sent.contact.clone();
    let state = if asks {
        ConfirmState::Sent { contact }
    } else {
        ConfirmState::Confirmed {
            named: SubscriptionLabel {
                resource: found.resource().map(|r| r.name.clone()).unwrap_or_default(),
                contact,
            },
            next: None,
            lead: String::new(),
        }
    };
    let frame = frame(&found.definitions);
    Ok(page(Confirm { frame, state }.render(), ""))
}

/// What is wrong with what was filled in: as a problem, or beside the controls.
async fn wrongly(
    call: &Call,
    found: &FormContext,
    sent: &FormSubmission,
    error: Refusal,
) -> Result<Reply, Problem> {
    if sent.json {
        return Err(refused(error));
    }
    let Some(mut view) = found.view(call).await? else {
        return Ok(no_form());
    };
    sent.fill(&mut view);
    let contact = found.form.settings.contact_name();
    for invalid in &error.errors {
        let place = invalid
            .pointer
            .strip_prefix("/data")
            .unwrap_or(&invalid.pointer);
        let place = place.trim_start_matches('/');
        // The contact stands in several places of the write.
        let field = match place.split('/').next().unwrap_or_default() {
            "subscriptions" | "phones" | "" => contact,
            name => name,
        };
        let complaint = Complaint::from_code(invalid.code);
        for input in &mut view.fields {
            let name = input.name.rsplit('.').next().unwrap_or_default();
            if name == field {
                input.error = Some(complaint.clone());
            }
        }
        if invalid.code == Code::ConsentMissing
            && let Some(consent) = &mut view.consent
        {
            consent.missing = true;
        }
    }
    let frame = frame(&found.definitions);
    let page = page(view.page(&frame), &found.form.settings.redirect);
    Ok(page.meaning(Meaning::Unprocessable))
}
