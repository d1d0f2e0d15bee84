//! What every component shares at its edge: the route table, access, problem
//! documents, paging, preconditions, and answers that always have a length.
//!
//! A handler says what it answers with [`route`]; a noun's table names its handlers; a
//! component names the tables of its nouns:
//!
//! ```ignore
//! static SERVICE: Service = Service::new(&[tokens::ROUTES]);
//!
//! #[cfg_attr(target_family = "wasm", spin_sdk::http_service)]
//! pub async fn handle(request: Request) -> Sent {
//!     SERVICE.serve(request).await.send().await
//! }
//! ```
//!
//! (Natively, for tests and tools, there is no runtime to export it to, and the
//! linker doesn't know its name.)
//!
//! A handler is `async fn(Call) -> Result<Reply, Problem>`. By the time it runs,
//! the caller has been identified and has the route's scope, and the body has
//! been read and is within the route's limit (or, on a route that takes an
//! [`Upload`], is about to be read by the handler).

#![forbid(unsafe_code)]

// What `query` makes names this crate from outside.
extern crate self as roster_http;

mod access;
mod body;
mod budget;
mod call;
mod change;
mod idempotency;
pub mod jobs;
pub mod kinds;
mod leaving;
pub mod openapi;
mod paging;
mod precondition;
mod problem;
mod query;
mod reply;
mod role;
mod route;
mod scope;
mod selection;
mod service;
mod site;
mod stream;
mod turn;
pub mod writing;

pub use access::{Caller, PersonSession, Settings, cross_origin, secret_hash, variable};
pub use body::whole;
pub use budget::{DEFINITION_TRIES, page_budget, whole_budget};
pub use call::Call;
pub use change::{as_replayed, mismatch, replayed};
pub use kinds::{Kind, refusal_status};
pub use paging::{DEFAULT_LIMIT, MAX_LIMIT, Page, PageQuery, Paging, take_cursor};
pub use precondition::IfMatch;
pub use problem::{Parts, Problem};
pub use query::QueryNames;
pub use reply::{Meaning, Reply, Sent, kept};
pub use role::role_scopes;
pub use roster_route::{query, route};
pub use route::{DEFAULT_BODY, Handler, Route, Table, Verb};
pub use scope::{Scope, Scopes};
pub use selection::RawSelection;
pub use service::Service;
pub use site::{Site, called_url};
pub use spin_sdk::http::Request;
pub use stream::{BrokenStream, SIGN_OF_LIFE, Source, Upload};
pub use turn::{after_spawned, give_way};

/// What history calls changes made through this API.
pub const INTERFACE: &str = "api";

/// What history calls changes that somebody made in the console.
pub const CONSOLE: &str = "console";

/// The time.
pub fn now() -> roster_model::Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    // A clock before 1970 or after the year 292 million counts as 1970.
    let ms = since.map_or(0, |time| i64::try_from(time.as_millis()).unwrap_or(0));
    roster_model::Timestamp::from_ms(ms)
}
