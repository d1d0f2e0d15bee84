//! What the application answers, by noun: each has a table of routes and their handlers. A
//! component serves the tables of some nouns.

#![forbid(unsafe_code)]

pub mod access;
pub mod apps;
pub mod connectors;
pub mod consent;
pub mod control_group;
pub mod databases;
pub mod exports;
pub mod forms;
pub mod hooks;
pub mod imports;
pub mod merges;
pub mod outbox;
pub mod overview;
pub mod passkeys;
pub mod profiles;
pub mod public;
pub mod relations;
pub mod resources;
pub mod schedules;
pub mod search;
pub mod segments;
pub mod sessions;
pub mod standing;
pub mod suppressions;
pub mod tick;
pub mod updates;
pub mod users;
pub mod views;
pub mod watchers;

mod client;
mod define;
mod host_connection;
mod queries;
mod reach;
mod report;
mod sealing;
mod words;
mod worker;

use roster_http::Table;

/// The tables of all nouns, in the order of the API's description.
pub const ALL: &[Table] = &[
    access::ROUTES,
    sessions::ROUTES,
    passkeys::ROUTES,
    users::ROUTES,
    databases::ROUTES,
    apps::KEYS,
    overview::ROUTES,
    resources::ROUTES,
    apps::TOKENS,
    relations::TYPES,
    relations::ROUTES,
    merges::ROUTES,
    profiles::ROUTES,
    search::ROUTES,
    imports::ROUTES,
    connectors::ROUTES,
    schedules::ROUTES,
    tick::ROUTES,
    segments::ROUTES,
    segments::REFRESHES,
    views::ROUTES,
    control_group::ROUTES,
    updates::ROUTES,
    exports::ROUTES,
    suppressions::ROUTES,
    suppressions::FILES,
    standing::ROUTES,
    standing::FILES,
    consent::ROUTES,
    forms::ROUTES,
    hooks::ROUTES,
    hooks::DELIVERIES,
    outbox::ROUTES,
    watchers::ROUTES,
    public::ROUTES,
];
