//! What clients send, what `/v1` is asked for it, and what clients get.

mod batches;
mod contacts;
mod contract;
mod definitions;
mod mobile;
mod numbers;
mod profiles;
mod quick;
mod relations;
mod script;
mod speed;
mod subscriptions;
mod suppresses;
mod tasks;
mod tolerance;
