//! Profiles: `/v1/databases/{db}/profiles`.

mod as_of;
mod batch;
mod confirmation;
mod count;
mod delete;
mod deliverability;
mod events;
mod filter;
mod get;
mod groups;
mod history;
mod list;
mod matches;
pub mod openapi;
mod query;
mod shape;
mod sorted;
mod subscription_schema;
mod subscriptions;
mod update;
mod write;
mod writing;

pub(crate) use get::{gone, profile_path};
pub(crate) use query::page;
pub(crate) use shape::{ShownError, ShownProfile};
pub(crate) use subscription_schema::ShownSubscription;

use roster_http::Table;

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "profiles",
    about: "Profiles, their subscriptions and history",
    routes: &[
        list::list,
        write::write,
        batch::batch,
        matches::find,
        query::query,
        count::count,
        history::of_database,
        events::watch,
        get::get,
        update::update,
        delete::delete,
        history::of_profile,
        subscriptions::list,
        subscriptions::set,
        subscriptions::delete,
        subscriptions::restore,
        confirmation::ask,
        deliverability::get,
    ],
};

/// The largest batch, in bytes.
const BATCH_BODY: usize = 10 * 1024 * 1024;
