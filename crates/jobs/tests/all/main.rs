//! Jobs that change profiles, step by step, on SQLite.

mod control;
mod refresh;
mod rig;
mod updates;
