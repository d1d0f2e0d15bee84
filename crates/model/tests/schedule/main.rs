//! Scheduled imports: when they run, and what they may be.

mod settings;
mod timing;
