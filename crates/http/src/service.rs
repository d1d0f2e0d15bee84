//! From a request to its answer.

use crate::access::{self, Caller, Settings};
use crate::body;
use crate::call::Call;
use crate::kinds;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::route::{self, Paths, Route, Table, Verb};
use crate::stream::Upload;
use bytes::Bytes;
use http::header::{self, HeaderValue};
use http::request::Parts;
use http_body::Body;
use percent_encoding::percent_decode_str;
use roster_model::DatabaseId;
use roster_store::catalogue::{Catalogue, Definitions};
use roster_store::spin::{Loan, Pool};
use std::cell::OnceCell;
use std::sync::{Arc, OnceLock};

/// A component's routes, and what its instance keeps between requests: only
/// what can be rebuilt, since an instance lives for a hundred requests or so.
#[derive(Debug)]
pub struct Service {
    tables: &'static [Table],
    paths: OnceLock<Paths>,
    settings: OnceLock<Settings>,
    catalogue: Catalogue,
    /// Whether all its routes are for anybody, so that it is given no secret.
    public: bool,
}

thread_local! {
    /// The connections of this instance. They belong to the thread, because
    /// the runtime's handles do; an instance has one thread and lets the pool
    /// live as long as itself.
    static POOL: OnceCell<&'static Pool> = const { OnceCell::new() };
}

impl Service {
    /// A service for a `static`.
    pub const fn new(tables: &'static [Table]) -> Self {
        Service {
            tables,
            paths: OnceLock::new(),
            settings: OnceLock::new(),
            catalogue: Catalogue::new(),
            public: false,
        }
    }

    /// A service for anybody: it has no admin token, and takes no other.
    pub const fn public(tables: &'static [Table]) -> Self {
        let mut service = Service::new(tables);
        service.public = true;
        service
    }

    /// A service with settings that are known already, for tests.
    pub fn with_settings(tables: &'static [Table], settings: Settings) -> Self {
        Service {
            settings: OnceLock::from(settings),
            ..Service::new(tables)
        }
    }

    /// The answer to a request, whatever it is: errors are problem documents.
    pub async fn serve<B: Body<Data = Bytes> + 'static>(
        &'static self,
        request: http::Request<B>,
    ) -> Reply {
        self.reply(request, None).await
    }

    /// The same for somebody who is known already, whatever the headers say: the component
    /// asks for a client that speaks another API.
    pub async fn serve_as<B: Body<Data = Bytes> + 'static>(
        &'static self,
        caller: Caller,
        request: http::Request<B>,
    ) -> Reply {
        self.reply(request, Some(caller)).await
    }

    async fn reply<B: Body<Data = Bytes> + 'static>(
        &'static self,
        request: http::Request<B>,
        caller: Option<Caller>,
    ) -> Reply {
        let (parts, body) = request.into_parts();
        let reply = async { self.answer(parts, body, caller).await?.begin().await };
        match reply.await {
            Ok(reply) => reply,
            Err(problem) => problem.into_reply(),
        }
    }

    /// Who holds a token.
    ///
    /// # Errors
    /// As a request with it in the header `Authorization` is answered.
    pub async fn holder(&'static self, token: &str) -> Result<Caller, Problem> {
        let settings = self.settings().await?;
        access::holder_of(token, settings, pool(settings), crate::now()).await
    }

    /// A connection of this instance, for a component that asks the store itself who somebody
    /// is.
    ///
    /// # Errors
    /// What the store meets.
    pub async fn lend(&'static self) -> Result<Loan<'static>, Problem> {
        Ok(pool(self.settings().await?).lend().await?)
    }

    /// The definitions of a database as they are `remembered`, or as they are now: one
    /// statement more. What a caller may know of them is not looked at.
    ///
    /// # Errors
    /// [`kinds::NOT_FOUND`] if there is no such database.
    pub async fn definitions(
        &'static self,
        id: DatabaseId,
        remembered: bool,
    ) -> Result<Arc<Definitions>, Problem> {
        let known = self.catalogue.remembered(id);
        if let Some(known) = known.filter(|_| remembered) {
            return Ok(known);
        }
        let sql = pool(self.settings().await?).lend().await?;
        self.catalogue.refresh(&sql).await?;
        let read = self.catalogue.get(&sql, id).await?;
        read.ok_or_else(|| Problem::not_found("database"))
    }

    async fn answer<B: Body<Data = Bytes> + 'static>(
        &'static self,
        parts: Parts,
        body: B,
        caller: Option<Caller>,
    ) -> Result<Reply, Problem> {
        let now = crate::now();
        let path = parts.uri.path();
        let paths = self.paths.get_or_init(|| route::paths(self.tables));
        let found = paths
            .at(path)
            .map_err(|_| Problem::not_found("route; see /v1/docs"))?;
        let verb = Verb::of(&parts.method);
        let route = found
            .value
            .iter()
            .find(|route| Some(route.verb) == verb)
            .ok_or_else(|| not_allowed(found.value))?;
        let parameters = found
            .params
            .iter()
            .map(|(name, value)| Ok((name.to_owned(), decoded(value)?)))
            .collect::<Result<_, Problem>>()?;
        let query = match parts.uri.query() {
            Some(query) => form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
            None => Vec::new(),
        };

        let settings = self.settings().await?;
        let pool = pool(settings);
        let caller = match route.scope {
            None if !route.personal => Caller::anybody(),
            scope => {
                let (method, headers) = (&parts.method, &parts.headers);
                let caller = match caller {
                    Some(known) => known,
                    None => access::identify(method, headers, settings, pool, now).await?,
                };
                match scope {
                    Some(scope) => caller.require(scope)?,
                    None => {
                        caller.require_person()?;
                    }
                }
                caller
            }
        };
        route.check_query(&query)?;
        // Only now: nobody makes this read a body without the right to send it.
        let (body, upload) = if route.upload_limit > 0 {
            body::check_announced(&parts.headers, route.upload_limit)?;
            (Bytes::new(), Some(Upload::new(body, route.upload_limit)))
        } else if route.body_limit == 0 {
            (Bytes::new(), None)
        } else {
            let body = body::read(&parts.headers, body, route.body_limit).await?;
            (body, None)
        };
        let path = path.to_owned();
        let call = Call {
            method: parts.method,
            path,
            headers: parts.headers,
            body,
            caller,
            now,
            pool,
            catalogue: &self.catalogue,
            parameters,
            query,
            upload,
        };
        route.handler().call(call).await
    }

    async fn settings(&self) -> Result<&Settings, Problem> {
        if let Some(settings) = self.settings.get() {
            return Ok(settings);
        }
        // Two requests may both read them: they read the same.
        let read = Settings::read(!self.public).await?;
        Ok(self.settings.get_or_init(|| read))
    }
}

fn pool(settings: &Settings) -> &'static Pool {
    POOL.with(|pool| *pool.get_or_init(|| Box::leak(Box::new(Pool::new(settings.durability)))))
}

/// A path parameter as it was meant. What isn't UTF-8 names nothing.
fn decoded(value: &str) -> Result<String, Problem> {
    let decoded = percent_decode_str(value).decode_utf8();
    let decoded = decoded.map_err(|_| Problem::not_found("route; see /v1/docs"))?;
    Ok(decoded.into_owned())
}

fn not_allowed(routes: &[&Route]) -> Problem {
    let allowed: Vec<_> = routes.iter().map(|route| route.verb.allowed()).collect();
    let allowed = allowed.join(", ");
    let problem = Problem::new(
        kinds::METHOD_NOT_ALLOWED,
        format!("What can be done here: {allowed}."),
    );
    match HeaderValue::try_from(allowed) {
        Ok(value) => problem.header(header::ALLOW, value),
        Err(_) => problem,
    }
}
