//! `/s/manage/{token}`: the subscription manager.

mod fields;
mod notice;

use crate::public::client::Client;
use crate::public::confirm::ask;
use crate::public::form_data::FormData;
use crate::public::shown::{page, problem, problem_as, redirect, with_error_page};
use crate::public::stray;
use crate::public::visit::{NoVisit, Visit, form, shown_contact};
use fields::inputs;
use roster_http::Site;
use roster_http::{Call, Meaning, Problem, Reply, route};
use roster_links::Purpose;
use roster_model::write::{ProfileChange, RefusalKind, SubscriptionChange};
use roster_model::{Party, Resource, Status, Subscription, Timestamp};
use roster_pages::action::{Action, DAYS, DO, PAUSE_DAYS, SUBSCRIPTION, TOPIC};
use roster_pages::manager::{Entry, Topic};
use roster_pages::{Change, Date, Input, Manager, ProblemKind};
use serde_json::json;

/// How history calls what is changed here.
const INTERFACE: &str = "manager";

/// A day, in milliseconds.
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Shows the subscription manager.
#[route(
    get, "/s/manage/{token}", Anybody, id = "showManager",
    responses( (status = 200, description = "The page.", content_type = "text/html", body = String), (status = 303, description = "The profile is gone: on to the page for leaving."), ),
)]
pub(crate) async fn show(call: Call) -> Result<Reply, Problem> {
    with_error_page(shown(call).await)
}

async fn shown(call: Call) -> Result<Reply, Problem> {
    let visit = match Visit::of(&call, Purpose::Manage).await? {
        Ok(visit) => visit,
        Err(NoVisit::Gone(page)) => return stray::from_manager(&call, page).await,
        Err(none) => return Ok(none.page()),
    };
    if visit.expired {
        return Ok(visit.too_late());
    }
    Ok(answer(&call, &visit, inputs(&visit, None), None))
}

/// Changes what a form of the subscription manager asks for.
#[route(
    post, "/s/manage/{token}", Anybody, id = "changeByManager",
    request_body(content = crate::public::openapi::ManagerForm, content_type = "application/x-www-form-urlencoded"),
    max_bytes = super::FORM,
    responses( (status = 200, description = "The manager, with what was changed.", content_type = "text/html", body = String), (status = 303, description = "On to the page for leaving everything."), (status = 422, description = "The manager, with what is wrong.", content_type = "text/html", body = String), (status = 429, description = "There were too many new links.", content_type = "text/html", body = String), ),
)]
pub(crate) async fn change(call: Call) -> Result<Reply, Problem> {
    with_error_page(changed(call).await)
}

async fn changed(call: Call) -> Result<Reply, Problem> {
    let mut visit = match Visit::of(&call, Purpose::Manage).await? {
        Ok(visit) => visit,
        Err(none) => return Ok(none.page()),
    };
    if visit.expired {
        return Ok(visit.too_late());
    }
    let posted = FormData::of(&call.body);
    let action = posted.one(DO).and_then(Action::named);
    let bad = |visit: &Visit| {
        Ok(problem_as(
            Meaning::BadRequest,
            visit.frame(),
            ProblemKind::BadForm,
        ))
    };
    if !Site::of(&call).await?.is_sender(&call.headers) {
        return Ok(problem(visit.frame(), ProblemKind::BadForm));
    }
    match action {
        None => bad(&visit),
        Some(Action::Details) => details(&call, &mut visit, &posted).await,
        Some(Action::Leave) => {
            let path = format!("/s/manage/{}/leave", call.parameter("token"));
            match redirect(&path) {
                Some(reply) => Ok(reply),
                None => bad(&visit),
            }
        }
        Some(action) => {
            let id = posted.one(SUBSCRIPTION).unwrap_or_default();
            let mut live = visit.profile.subscriptions.iter().filter(|s| !s.deleted);
            let found = live
                .find(|subscription| subscription.hash_id() == id)
                .cloned();
            let Some(subscription) = found else {
                return bad(&visit);
            };
            if action == Action::Resume && subscription.status == Status::Unconfirmed {
                return resend(&call, &visit, &subscription).await;
            }
            let Some(wanted) = requested_change(&visit, &subscription, action, &posted, call.now)
            else {
                return bad(&visit);
            };
            let before = visit.profile.clone();
            let name = format!("manager_{}", action.as_str());
            let consent = Client::of(&call).await?.consent(&name, "/s/manage", None);
            visit.change(&call, INTERFACE, &wanted, &consent).await?;
            let changes = notice::changes(&visit, &before);
            Ok(answer(&call, &visit, inputs(&visit, None), Some(changes)))
        }
    }
}

/// Keeps what the person wrote about themselves.
async fn details(call: &Call, visit: &mut Visit, posted: &FormData) -> Result<Reply, Problem> {
    let data = fields::data(visit, posted);
    let before = visit.profile.clone();
    if !data.is_empty() {
        let patch = json!({ "data": data });
        let consent = Client::of(call)
            .await?
            .consent("manager_details", "/s/manage", None);
        let id = visit.profile.id;
        let prepare = |schema: &roster_model::write::Schema<'_>| {
            let command = roster_model::write::prepare_patch(id, &patch, None, schema);
            vec![command.map(|command| command.about(&consent))]
        };
        let act = visit.act(INTERFACE);
        let written = call.write_items(&act, prepare, || None).await?;
        let result = match written {
            roster_http::writing::WriteOutcome::Results(results) => results.into_iter().next(),
            roster_http::writing::WriteOutcome::Repeated(_) => None,
        };
        match result {
            Some(Ok(_)) => visit.read_again(call).await?,
            Some(Err(error)) if error.kind == RefusalKind::NotFound => return Ok(visit.gone()),
            Some(Err(error)) => {
                let inputs = inputs(visit, Some((posted, &error)));
                let page = answer(call, visit, inputs, None);
                return Ok(page.meaning(Meaning::Unprocessable));
            }
            None => return Err(Problem::internal(&"a write without a result")),
        }
    }
    let changes = notice::changes(visit, &before);
    Ok(answer(call, visit, inputs(visit, None), Some(changes)))
}

/// Sends the question once more.
async fn resend(call: &Call, visit: &Visit, subscription: &Subscription) -> Result<Reply, Problem> {
    let contact = shown_contact(subscription);
    if !ask(call, visit, subscription).await? {
        return Ok(problem(visit.frame(), ProblemKind::TryLater));
    }
    let changes = vec![Change::LinkSent { contact }];
    Ok(answer(call, visit, inputs(visit, None), Some(changes)))
}

/// The change that a form about one subscription asks for.
fn requested_change(
    visit: &Visit,
    subscription: &Subscription,
    action: Action,
    posted: &FormData,
    now: Timestamp,
) -> Option<ProfileChange> {
    let one = SubscriptionChange::of(subscription);
    match action {
        Action::Unsubscribe => Some(one.status(Status::Unsubscribed).into()),
        Action::Resume => {
            // Anyone who left everything and comes back to one is back.
            let global = visit.profile.standing();
            let back = global.status == Status::Unsubscribed && global.by == Party::Person;
            Some(ProfileChange {
                status: back.then_some(Status::Subscribed),
                ..one.status(Status::Subscribed).into()
            })
        }
        Action::Suspend => {
            let days: u32 = posted.one(DAYS)?.parse().ok()?;
            if !PAUSE_DAYS.contains(&days) {
                return None;
            }
            let until = now
                .ms()
                .saturating_add(i64::from(days).saturating_mul(DAY_MS));
            Some(one.suspended_until(Timestamp::from_ms(until)).into())
        }
        Action::Topics => {
            let resource = visit.resource(subscription)?;
            let chosen: Vec<&str> = posted.all(TOPIC).collect();
            let mut categories = Vec::new();
            for category in &resource.categories {
                let had = subscription.categories.contains(&category.name);
                // What can't be chosen stays as it is.
                let offered = category.active && !category.steady;
                let has = chosen.contains(&category.name.as_str());
                if if offered { has } else { had } {
                    categories.push(category.name.clone());
                }
            }
            Some(one.categories(categories).into())
        }
        Action::Details | Action::Leave => None,
    }
}

fn answer(call: &Call, visit: &Visit, fields: Vec<Input>, notice: Option<Vec<Change>>) -> Reply {
    let path = format!("/s/manage/{}", call.parameter("token"));
    let live = visit.profile.subscriptions.iter().filter(|s| !s.deleted);
    let subscriptions: Vec<Entry> = live
        .filter_map(|s| Some(entry(s, visit.resource(s)?, call.now)))
        .collect();
    let view = Manager {
        frame: visit.frame(),
        form: form(path.clone()),
        fields,
        leave: (!subscriptions.is_empty()).then(|| format!("{path}/leave")),
        subscriptions,
        notice,
    };
    page(view.render(), "")
}

fn entry(subscription: &Subscription, resource: &Resource, now: Timestamp) -> Entry {
    let status = subscription.effective_status(now);
    let active = resource.categories.iter().filter(|c| c.active);
    let until = subscription.suspended_until.map(|at| at.to_string());
    Entry {
        id: subscription.hash_id(),
        resource: resource.name.clone(),
        description: resource.description.clone(),
        channel: subscription.contact.channel(),
        contact: shown_contact(subscription),
        status,
        until: until.as_deref().and_then(Date::parse),
        topics: active
            .map(|category| Topic {
                name: category.name.clone(),
                title: category.title.clone(),
                chosen: category.steady || subscription.categories.contains(&category.name),
                steady: category.steady,
            })
            .collect(),
        actions: Action::usual(status).to_vec(),
    }
}
