//! The rules of writing profiles, tried through the same calls that the store
//! makes, on a store in memory.

mod activity;
mod bulk;
mod bulk_where;
mod consent;
mod global_list;
mod left_categories;
mod leniency;
mod matching;
mod merges;
mod past;
mod properties;
mod routes;
mod segments;
mod start;
mod strangers;
mod subscriptions;
mod support;
mod undo;
mod values;
