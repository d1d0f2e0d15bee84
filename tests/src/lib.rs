//! Starts servers and talks to them.
