//! `/v1/databases/{db}/profiles`

mod batch;
mod concurrency;
mod events;
mod functional;
mod history;
mod idempotency;
mod list;
mod matching;
mod query;
mod sorted;
mod subscriptions;
mod write;
