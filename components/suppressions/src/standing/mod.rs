//! How contacts stand, whoever has them: `/v1/standing`.

pub(crate) mod export;
pub(crate) mod keys;
pub(crate) mod lift;
pub(crate) mod list;
pub(crate) mod shape;
pub(crate) mod take_over;
