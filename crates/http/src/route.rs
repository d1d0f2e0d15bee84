//! The route tables: what a component answers, and what it takes to ask.

use crate::call::Call;
use crate::problem::Problem;
use crate::query;
use crate::reply::Reply;
use crate::scope::Scope;
use http::Method;
use std::future::Future;
use std::pin::Pin;

/// What a handler is under the hood: any `async fn(Call) -> Result<Reply,
/// Problem>` is one.
pub trait Handler: Sync {
    /// Answers a request.
    fn call(&self, call: Call) -> Pin<Box<dyn Future<Output = Result<Reply, Problem>>>>;
}

impl<F, R> Handler for F
where
    F: Fn(Call) -> R + Sync,
    R: Future<Output = Result<Reply, Problem>> + 'static,
{
    fn call(&self, call: Call) -> Pin<Box<dyn Future<Output = Result<Reply, Problem>>>> {
        Box::pin(self(call))
    }
}

/// The largest body of most routes, in bytes. A definition with a thousand
/// options of the greatest length fits, and a profile of 100 KB many times.
pub const DEFAULT_BODY: usize = 2 * 1024 * 1024;

/// The methods that routes have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// `GET`, and `HEAD` with it.
    Get,
    /// `POST`.
    Post,
    /// `PUT`.
    Put,
    /// `PATCH`.
    Patch,
    /// `DELETE`.
    Delete,
    /// `OPTIONS`: what browsers ask before a website's script may send something.
    Options,
}

impl Verb {
    /// The verb that answers a method.
    pub(crate) fn of(method: &Method) -> Option<Self> {
        match method.as_str() {
            "GET" | "HEAD" => Some(Verb::Get),
            "POST" => Some(Verb::Post),
            "PUT" => Some(Verb::Put),
            "PATCH" => Some(Verb::Patch),
            "DELETE" => Some(Verb::Delete),
            "OPTIONS" => Some(Verb::Options),
            _ => None,
        }
    }

    /// As it stands in the header `Allow`.
    pub(crate) fn allowed(self) -> &'static str {
        match self {
            Verb::Get => "GET, HEAD",
            Verb::Post => "POST",
            Verb::Put => "PUT",
            Verb::Patch => "PATCH",
            Verb::Delete => "DELETE",
            Verb::Options => "OPTIONS",
        }
    }
}

/// One method of one path.
#[derive(Clone, Copy)]
pub struct Route {
    /// The method.
    pub verb: Verb,
    /// The path, with parameters as `{name}`.
    pub path: &'static str,
    /// The scope it takes; none where anybody may ask.
    pub scope: Option<Scope>,
    /// Whether it takes no scope, but somebody who signed in.
    pub personal: bool,
    /// The largest body it reads, in bytes; 0 for none.
    pub body_limit: usize,
    /// The largest body that its handler takes in piece by piece, in bytes; 0
    /// where the body is read before.
    pub upload_limit: u64,
    /// The query parameters that it takes, in groups; none where it takes any.
    query: Option<&'static [&'static [&'static str]]>,
    handler: &'static dyn Handler,
    /// Its operation in the OpenAPI document.
    #[cfg(feature = "openapi")]
    pub operation: Option<fn() -> crate::openapi::Operation>,
}

impl Route {
    const fn new(
        verb: Verb,
        path: &'static str,
        scope: Option<Scope>,
        body_limit: usize,
        handler: &'static dyn Handler,
    ) -> Self {
        Route {
            verb,
            path,
            scope,
            personal: false,
            body_limit,
            upload_limit: 0,
            // People's links gather parameters on their way.
            query: match scope {
                Some(_) => Some(&[]),
                None => None,
            },
            handler,
            #[cfg(feature = "openapi")]
            operation: None,
        }
    }

    /// `GET`, for anybody.
    pub const fn public(path: &'static str, handler: &'static dyn Handler) -> Self {
        Self::new(Verb::Get, path, None, 0, handler)
    }

    /// `POST` with a body of at most [`DEFAULT_BODY`], for anybody.
    pub const fn public_post(path: &'static str, handler: &'static dyn Handler) -> Self {
        Self::new(Verb::Post, path, None, DEFAULT_BODY, handler)
    }

    /// `OPTIONS`, for anybody.
    pub const fn public_options(path: &'static str, handler: &'static dyn Handler) -> Self {
        Self::new(Verb::Options, path, None, 0, handler)
    }

    /// Of somebody's own, whatever their role is: it takes a session and no scope.
    pub const fn personal(verb: Verb, path: &'static str, handler: &'static dyn Handler) -> Self {
        let body_limit = match verb {
            Verb::Post | Verb::Put | Verb::Patch => DEFAULT_BODY,
            Verb::Get | Verb::Delete | Verb::Options => 0,
        };
        let mut route = Self::new(verb, path, None, body_limit, handler);
        route.personal = true;
        route.query = Some(&[]);
        route
    }

    /// `GET`.
    pub const fn get(path: &'static str, scope: Scope, handler: &'static dyn Handler) -> Self {
        Self::new(Verb::Get, path, Some(scope), 0, handler)
    }

    /// `POST` with a body of at most [`DEFAULT_BODY`].
    pub const fn post(path: &'static str, scope: Scope, handler: &'static dyn Handler) -> Self {
        Self::new(Verb::Post, path, Some(scope), DEFAULT_BODY, handler)
    }

    /// `PUT` with a body of at most [`DEFAULT_BODY`].
    pub const fn put(path: &'static str, scope: Scope, handler: &'static dyn Handler) -> Self {
        Self::new(Verb::Put, path, Some(scope), DEFAULT_BODY, handler)
    }

    /// `PATCH` with a body of at most [`DEFAULT_BODY`].
    pub const fn patch(path: &'static str, scope: Scope, handler: &'static dyn Handler) -> Self {
        Self::new(Verb::Patch, path, Some(scope), DEFAULT_BODY, handler)
    }

    /// `DELETE`, without a body.
    pub const fn delete(path: &'static str, scope: Scope, handler: &'static dyn Handler) -> Self {
        Self::new(Verb::Delete, path, Some(scope), 0, handler)
    }

    /// The same with another limit of the body, in bytes.
    #[must_use]
    pub const fn body(mut self, limit: usize) -> Self {
        self.body_limit = limit;
        self
    }

    /// The same with a body of at most `limit` bytes that the handler takes in
    /// piece by piece ([`Call::take_upload`]).
    #[must_use]
    pub const fn upload(mut self, limit: u64) -> Self {
        self.body_limit = 0;
        self.upload_limit = limit;
        self
    }

    /// The same with query parameters, in groups.
    #[must_use]
    pub const fn query(mut self, names: &'static [&'static [&'static str]]) -> Self {
        self.query = Some(names);
        self
    }

    /// The same with any query parameter.
    #[must_use]
    pub const fn any_query(mut self) -> Self {
        self.query = None;
        self
    }

    /// The same with its operation in the OpenAPI document.
    #[cfg(feature = "openapi")]
    #[must_use]
    pub const fn described(mut self, operation: fn() -> crate::openapi::Operation) -> Self {
        self.operation = Some(operation);
        self
    }

    /// Refuses query parameters that it doesn't take, and repeated ones, so that a
    /// misspelt one is not lost in silence.
    ///
    /// # Errors
    /// [`kinds::INVALID_PARAMETER`](crate::kinds::INVALID_PARAMETER).
    pub(crate) fn check_query(&self, given: &[(String, String)]) -> Result<(), Problem> {
        match self.query {
            Some(groups) if !given.is_empty() => query::only(given, &groups.concat()),
            _ => Ok(()),
        }
    }

    pub(crate) fn handler(&self) -> &'static dyn Handler {
        self.handler
    }
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {}", self.verb, self.path)
    }
}

/// The routes of one noun, with what the API's description calls them.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// The tag of the operations.
    pub tag: &'static str,
    /// What the tag stands for.
    pub about: &'static str,
    /// The routes.
    pub routes: &'static [Route],
}

/// The paths of some tables, each with its routes.
pub(crate) type Paths = matchit::Router<Vec<&'static Route>>;

/// Builds the matcher of some tables. A path that contradicts another one is left
/// out, which the test of every component's tables shows.
pub(crate) fn paths(tables: &'static [Table]) -> Paths {
    let mut by_path: Vec<(&'static str, Vec<&'static Route>)> = Vec::new();
    for route in tables.iter().flat_map(|table| table.routes) {
        match by_path.iter_mut().find(|(path, _)| *path == route.path) {
            Some((_, same)) => same.push(route),
            None => by_path.push((route.path, vec![route])),
        }
    }
    let mut paths = Paths::new();
    for (path, routes) in by_path {
        if let Err(error) = paths.insert(path, routes) {
            eprintln!("error: route {path}: {error}");
        }
    }
    paths
}
