//! The methods, each with what answers it.

use crate::answer::{AltAnswer, Format, Outcome};
use crate::api::Api;
use crate::call::{AltCall, excerpt};
use crate::failure::Failure;
use crate::profiles::{self, Mode};
use crate::suppresses::{self, Kind};
use crate::{
    databases, history, relations, resources, segments, subscribers, subscriptions, suspend, tasks,
};

/// All of them, as they stand in a path after `/api/v1.1/`; those of `lists` are of v1.0.
pub const METHODS: [&str; 72] = [
    "profiles/import",
    "profiles/update",
    "profiles/add",
    "profiles/add_batch",
    "profiles/update_batch",
    "profiles/import_batch",
    "profiles/get",
    "profiles/list",
    "profiles/get_all",
    "tasks/status",
    "profiles/delete",
    "profiles/merge",
    "profiles/split",
    "profiles/segstatic/add",
    "profiles/segstatic/remove",
    "lists/suspend_all",
    "lists/unsuspend_all",
    "subscriptions/set",
    "subscriptions/list",
    "subscriptions/list_all",
    "subscriptions/get",
    "subscriptions/delete",
    "subscriptions/undelete",
    "subscriptions/suspend_all",
    "subscriptions/unsuspend_all",
    "databases/list",
    "databases/get",
    "databases/fields_get",
    "databases/get_counters",
    "databases/refresh_counters",
    "databases/wipe",
    "resources/list",
    "resources/get",
    "resources/fields_get",
    "resources/get_counters",
    "resources/refresh_counters",
    "suppresses/add",
    "suppresses/get",
    "suppresses/list",
    "suppresses/update",
    "suppresses/delete",
    "suppresses/email_add",
    "suppresses/emails_add",
    "suppresses/email_check",
    "suppresses/email_remove",
    "suppresses/emails_remove",
    "suppresses/domain_add",
    "suppresses/domains_add",
    "suppresses/domain_check",
    "suppresses/domain_remove",
    "suppresses/domains_remove",
    "suppresses/phone_add",
    "suppresses/phones_add",
    "suppresses/phone_check",
    "suppresses/phone_remove",
    "suppresses/phones_remove",
    "segments/add",
    "segments/list",
    "segments/get",
    "segments/update",
    "segments/delete",
    "segments/refresh",
    "segments/get_counters",
    "relations/attach",
    "relations/detach",
    "relations/strengthen",
    "relations/edit",
    "relations/get",
    "relations/get_one",
    "relations/list",
    "subscribers/history_get",
    "subscribers/history_get_all",
];

/// Answers a call of somebody who may make one.
pub async fn answer(api: &impl Api, call: AltCall) -> AltAnswer {
    let format = call.format;
    let is_history = call.method.starts_with("subscribers/");
    let outcome = outcome(api, call).await;
    match format {
        Format::Csv if is_history => history::csv(outcome),
        _ => AltAnswer::of(outcome, format),
    }
}

async fn outcome(api: &impl Api, call: AltCall) -> Outcome {
    let method = call.method.clone();
    let (group, name) = method.split_once('/').unwrap_or_default();
    match group {
        "profiles" => of_profiles(api, name, call).await,
        "suppresses" => of_suppresses(api, name, call).await,
        "segments" | "relations" | "subscribers" => of_others(api, call).await,
        _ => of_definitions(api, call).await,
    }
}

fn unknown(call: &AltCall) -> Failure {
    let text = format!("There is no method {}.", excerpt(&call.method));
    Failure::not_found(text)
}

async fn of_profiles(api: &impl Api, name: &str, call: AltCall) -> Outcome {
    match name {
        "import" => profiles::write(api, call, Mode::Import).await,
        "update" => profiles::write(api, call, Mode::Update).await,
        "add" => profiles::write(api, call, Mode::Add).await,
        "import_batch" => profiles::batch(api, call, Mode::Import).await,
        "update_batch" => profiles::batch(api, call, Mode::Update).await,
        "add_batch" => profiles::batch(api, call, Mode::Add).await,
        "get" => profiles::get(api, call).await,
        "list" => profiles::list(api, call).await,
        "get_all" => tasks::export(api, call).await,
        "delete" => profiles::delete(api, call).await,
        "merge" => profiles::merge(api, call).await,
        "split" => profiles::split(api, call).await,
        "segstatic/add" => profiles::segstatic(api, call, true).await,
        "segstatic/remove" => profiles::segstatic(api, call, false).await,
        _ => Err(unknown(&call)),
    }
}

async fn of_suppresses(api: &impl Api, name: &str, call: AltCall) -> Outcome {
    match name {
        "add" => return suppresses::add(api, call).await,
        "get" => return suppresses::get(api, call).await,
        "list" => return suppresses::list(api, call).await,
        "update" => return suppresses::update(api, call).await,
        "delete" => return suppresses::delete(api, call).await,
        _ => {}
    }
    let (what, verb) = name.split_once('_').unwrap_or_default();
    let (kind, many) = match what {
        "email" => (Kind::Email, false),
        "emails" => (Kind::Email, true),
        "domain" => (Kind::Domain, false),
        "domains" => (Kind::Domain, true),
        "phone" => (Kind::Phone, false),
        "phones" => (Kind::Phone, true),
        _ => return Err(unknown(&call)),
    };
    match (verb, many) {
        ("add", false) => suppresses::add_one(api, call, kind).await,
        ("add", true) => suppresses::add_many(api, call, kind).await,
        ("check", false) => suppresses::check(api, call, kind).await,
        ("remove", false) => suppresses::remove_one(api, call, kind).await,
        ("remove", true) => suppresses::remove_all(api, call, kind).await,
        _ => Err(unknown(&call)),
    }
}

async fn of_others(api: &impl Api, call: AltCall) -> Outcome {
    match &*call.method {
        "segments/add" => segments::add(api, call).await,
        "segments/list" => segments::list(api, call).await,
        "segments/get" => segments::get(api, call).await,
        "segments/update" => segments::update(api, call).await,
        "segments/delete" => segments::delete(api, call).await,
        "segments/refresh" => segments::refresh_one(api, call).await,
        "segments/get_counters" => segments::get_counters(api, call).await,
        "relations/attach" => relations::change(api, call, "attach").await,
        "relations/detach" => relations::change(api, call, "detach").await,
        "relations/strengthen" => relations::change(api, call, "strengthen").await,
        "relations/edit" => relations::change(api, call, "edit").await,
        "relations/get" | "relations/get_one" => relations::get(api, call).await,
        "relations/list" => relations::list(api, call).await,
        "subscribers/history_get" => history::get(api, call).await,
        "subscribers/history_get_all" => history::get_all(api, call).await,
        _ => Err(unknown(&call)),
    }
}

async fn of_definitions(api: &impl Api, call: AltCall) -> Outcome {
    match &*call.method {
        "tasks/status" => tasks::status(api, call).await,
        "lists/suspend_all" => suspend::profiles(api, call, true).await,
        "lists/unsuspend_all" => suspend::profiles(api, call, false).await,
        "subscriptions/set" => subscriptions::set(api, call).await,
        "subscriptions/list" => subscriptions::list(api, call).await,
        "subscriptions/list_all" => subscribers::list_all(api, call).await,
        "subscriptions/get" => subscriptions::get(api, call).await,
        "subscriptions/delete" => subscriptions::delete(api, call).await,
        "subscriptions/undelete" => subscriptions::undelete(api, call).await,
        "subscriptions/suspend_all" => suspend::subscriptions(api, call, true).await,
        "subscriptions/unsuspend_all" => suspend::subscriptions(api, call, false).await,
        "databases/list" => databases::list(api, call).await,
        "databases/get" => databases::get(api, call).await,
        "databases/fields_get" => databases::fields_get(api, call).await,
        "databases/get_counters" => databases::get_counters(api, call).await,
        "databases/refresh_counters" => databases::refresh_counters(api, call).await,
        "databases/wipe" => databases::wipe(api, call).await,
        "resources/list" => resources::list(api, call).await,
        "resources/get" => resources::get(api, call).await,
        "resources/fields_get" => resources::fields_get(api, call).await,
        "resources/get_counters" => resources::get_counters(api, call).await,
        "resources/refresh_counters" => resources::refresh_counters(api, call).await,
        _ => Err(unknown(&call)),
    }
}
