//! The attribute that makes a handler a `Route`: verb, path and scope, what it reads and
//! what it answers, in one place. The route table, the check of scopes and the OpenAPI
//! document all come from it.
//!
//! ```ignore
//! /// Changes settings, as a JSON merge patch says.
//! #[route(
//!     patch, "/v1/databases/{db}", DatabasesWrite, id = "updateDatabase",
//!     if_match,
//!     once,
//!     patch = DatabaseSettings,
//!     answer = ShownDatabase,
//! )]
//! pub(crate) async fn update(call: Call) -> Result<Reply, Problem> {
//! ```
//!
//! `update` is then a `const update: Route`, for a table to name. After verb, path, scope
//! (or `Person` for what is somebody's own, or `Anybody`) and the operation's id, in any
//! order:
//!
//! | item | what it says |
//! | --- | --- |
//! | `page = T` | takes `limit` and `cursor`, answers 200 with a page of `T` |
//! | `paged` | takes `limit` and `cursor`, and `answer` says what a page is |
//! | `once` | takes `Idempotency-Key` |
//! | `if_match` | takes `If-Match` |
//! | `query = T` | takes the query parameters of `T`, a struct with [`macro@query`]; may repeat |
//! | `any_query` | takes any query parameter; its handler checks them |
//! | `headers = T` | reads the headers of `T` (`utoipa::IntoParams`) |
//! | `body = T` | reads `T` as JSON; `request_body(…)` says more, as `utoipa::path` does |
//! | `new = S`, `patch = S` | reads what makes, or changes, a definition with settings `S` |
//! | `max_bytes = n` | the largest body, where it is not the usual one |
//! | `upload = n` | takes a body of up to `n` bytes piece by piece |
//! | `answer = T`, `made = T`, `accepted = T` | answers 200, 201 or 202 with `T` as JSON; `responses(…)` says more, as `utoipa::path` does |
//!
//! A request with another query parameter, or with one twice, is refused before the handler
//! runs; not where anybody may ask, since people's links gather parameters on their way.
//!
//! Only with the feature `openapi` of the crate that uses it a route knows its operation.

#![forbid(unsafe_code)]

mod expand;
mod items;
mod query;

use proc_macro::TokenStream;
use syn::parse_macro_input;

/// Makes a handler a route; see the crate's page.
#[proc_macro_attribute]
pub fn route(items: TokenStream, handler: TokenStream) -> TokenStream {
    let items = parse_macro_input!(items as items::Items);
    let handler = parse_macro_input!(handler as syn::ItemFn);
    expand::expand(&items, handler).into()
}

/// Makes a struct a description of query parameters, one for each field, that a route takes
/// with `query = `. Fields may have `#[param(…)]` as `utoipa::IntoParams` knows it.
#[proc_macro_attribute]
pub fn query(_: TokenStream, described: TokenStream) -> TokenStream {
    let described = parse_macro_input!(described as syn::ItemStruct);
    query::expand(&described)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
