//! Watchers: `/v1/watchers`

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod deliveries;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod secrets;
pub(crate) mod shape;
pub(crate) mod test;
pub(crate) mod update;
