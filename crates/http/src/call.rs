//! One request as a handler sees it.

use crate::access::Caller;
use crate::kinds;
use crate::problem::Problem;
use crate::query;
use crate::stream::Upload;
use bytes::Bytes;
use http::header;
use http::{HeaderMap, Method};
use roster_model::{DatabaseId, Invalid, RelationTypeId, Timestamp, json};
use roster_store::catalogue::{Catalogue, Definitions, RelationDefinitions};
use roster_store::spin::Pool;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::error::Category;
use std::str::FromStr;
use std::sync::Arc;

/// A request that may be answered: the caller is known and has the scope.
#[derive(Debug)]
pub struct Call {
    /// The method; `HEAD` is answered by the handler of `GET`.
    pub method: Method,
    /// The path as it was sent.
    pub path: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; empty on routes that take none.
    pub body: Bytes,
    /// Who is asking.
    pub caller: Caller,
    /// When the request arrived.
    pub now: Timestamp,
    /// The connections of this instance.
    pub pool: &'static Pool,
    /// The definitions that this instance remembers.
    pub catalogue: &'static Catalogue,
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) upload: Option<Upload>,
}

impl Call {
    /// The body that is taken in piece by piece, on a route for that.
    ///
    /// # Errors
    /// [`kinds::INTERNAL`] where it was taken already, or never is.
    pub fn take_upload(&mut self) -> Result<Upload, Problem> {
        let upload = self.upload.take();
        upload.ok_or_else(|| Problem::internal(&"a route without an upload"))
    }

    /// A path parameter, percent-decoded; empty if the route has none of this
    /// name.
    pub fn parameter(&self, name: &str) -> &str {
        first(&self.parameters, name).unwrap_or_default()
    }

    /// A path parameter as an id or a name.
    ///
    /// # Errors
    /// [`kinds::NOT_FOUND`] when it can't be one: there is nothing under it.
    pub fn id<T: FromStr>(&self, name: &str, thing: &str) -> Result<T, Problem> {
        let parsed = self.parameter(name).parse();
        parsed.map_err(|_| Problem::not_found(thing))
    }

    /// The database named by the path parameter `db`.
    ///
    /// # Errors
    /// [`kinds::NOT_FOUND`] when it can't exist or the caller may not know of it.
    pub fn database(&self) -> Result<DatabaseId, Problem> {
        let id = self.id("db", "database")?;
        if self.caller.may_see(id) {
            Ok(id)
        } else {
            Err(Problem::not_found("database"))
        }
    }

    /// The definitions of a database, as this instance remembers them.
    ///
    /// # Errors
    /// [`kinds::NOT_FOUND`] if there is no such database.
    pub async fn definitions(&self, id: DatabaseId) -> Result<Arc<Definitions>, Problem> {
        Ok(self.visible(self.all_definitions(id).await?))
    }

    /// The same with what the caller may not see: for a write, which shares its definitions
    /// with those of others.
    pub(crate) async fn all_definitions(
        &self,
        id: DatabaseId,
    ) -> Result<Arc<Definitions>, Problem> {
        if let Some(known) = self.catalogue.remembered(id) {
            return Ok(known);
        }
        let sql = self.pool.lend().await?;
        let read = self.catalogue.get(&sql, id).await?;
        read.ok_or_else(|| Problem::not_found("database"))
    }

    /// Definitions without the relation types that lead to databases which the caller may
    /// not see: by them conditions would tell what is there.
    #[must_use]
    pub fn visible(&self, known: Arc<Definitions>) -> Arc<Definitions> {
        let may_see = |id| self.caller.may_see(id);
        match known.is_within(may_see) {
            true => known,
            false => Arc::new(known.within(may_see)),
        }
    }

    /// A relation type with the definitions of its databases, as this instance remembers
    /// them.
    ///
    /// # Errors
    /// [`kinds::NOT_FOUND`] if there is no such type, or one of its databases is none that
    /// the caller may know of.
    pub async fn relation(&self, id: RelationTypeId) -> Result<RelationDefinitions, Problem> {
        let found = match self.catalogue.remembered_relation(id) {
            Some(found) => Some(found),
            None => {
                let sql = self.pool.lend().await?;
                self.catalogue.relation(&sql, id).await?
            }
        };
        let mine = |one: &RelationDefinitions| {
            self.caller.may_see(one.a.database.id) && self.caller.may_see(one.b.database.id)
        };
        found
            .filter(mine)
            .ok_or_else(|| Problem::not_found("relation type"))
    }

    /// The definitions of a database as they are now: for what is read by nothing else
    /// that would tell that they are old, such as all fields of an export or the
    /// boxes of a form.
    ///
    /// # Errors
    /// As [`Call::definitions`].
    pub async fn current(&self, id: DatabaseId) -> Result<Arc<Definitions>, Problem> {
        self.catalogue.forget(id);
        self.definitions(id).await
    }

    /// Reads something by the definitions that this instance remembers, and if
    /// that is refused once more by those of the moment: what is named may be
    /// newer.
    ///
    /// # Errors
    /// As [`Call::definitions`], and what `read` gives the second time.
    pub async fn by_definitions<T, E: Into<Problem>>(
        &self,
        id: DatabaseId,
        read: impl Fn(&Definitions) -> Result<T, E>,
    ) -> Result<T, Problem> {
        let remembered = self.definitions(id).await?;
        if let Ok(done) = read(&remembered) {
            return Ok(done);
        }
        let fresh = self.current(id).await?;
        read(&fresh).map_err(Into::into)
    }

    /// A query parameter that is `true`, `false` or absent, which is false.
    ///
    /// # Errors
    /// [`kinds::INVALID_PARAMETER`].
    pub fn flag(&self, name: &str) -> Result<bool, Problem> {
        match self.query(name) {
            None | Some("false" | "0") => Ok(false),
            Some("true" | "1" | "") => Ok(true),
            Some(_) => Err(Problem::parameter(
                name,
                format!("{name} must be true or false."),
            )),
        }
    }

    /// A query parameter that is a time, RFC 3339.
    ///
    /// # Errors
    /// [`kinds::INVALID_PARAMETER`].
    pub fn time(&self, name: &str) -> Result<Option<Timestamp>, Problem> {
        let Some(text) = self.query(name) else {
            return Ok(None);
        };
        let time = text.parse::<Timestamp>();
        time.map(Some)
            .map_err(|invalid| Problem::parameter(name, format!("{name}: {}", invalid.detail)))
    }

    /// A query parameter, decoded; the first of several.
    pub fn query(&self, name: &str) -> Option<&str> {
        first(&self.query, name)
    }

    /// All query parameters, decoded, in order.
    pub fn query_pairs(&self) -> &[(String, String)] {
        &self.query
    }

    /// Refuses every query parameter: beside a body that says the same.
    ///
    /// # Errors
    /// [`kinds::INVALID_PARAMETER`].
    pub fn no_query(&self) -> Result<(), Problem> {
        query::only(&self.query, &[])
    }

    /// Refuses query parameters other than `known`, and repeated ones: where what is
    /// taken depends on what is asked.
    ///
    /// # Errors
    /// [`kinds::INVALID_PARAMETER`].
    pub fn only(&self, known: &[&str]) -> Result<(), Problem> {
        query::only(&self.query, known)
    }

    /// Refuses unless `?confirm=` has the name of what is about to be lost.
    ///
    /// # Errors
    /// [`kinds::CONFIRMATION_NEEDED`].
    pub fn confirmed(&self, name: &str) -> Result<(), Problem> {
        if self.query("confirm") == Some(name) {
            return Ok(());
        }
        let confirm: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
        Err(Problem::new(
            kinds::CONFIRMATION_NEEDED,
            format!("This can't be undone: repeat it with ?confirm={confirm}"),
        ))
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// [`kinds::UNSUPPORTED_MEDIA_TYPE`] when it is announced as something else,
    /// [`kinds::INVALID_JSON`] with the place when it is no JSON, and
    /// [`kinds::VALIDATION_FAILED`] when it doesn't fit `T` or has a number that
    /// would be changed by reading (`number_not_exact`).
    pub fn json<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Problem> {
        let read = self.json_parts()?;
        json::check(&self.body)?;
        Ok(read)
    }

    /// The body as JSON of whose parts each is read by [`json::read`] later, so that
    /// a number in one of them is that one's fault.
    ///
    /// # Errors
    /// As [`Call::json`], but for its numbers.
    pub fn json_parts<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Problem> {
        self.check_media_type()?;
        let read = serde_json::from_slice(&self.body).map_err(|error| {
            // What doesn't fit may also be broken further on, and that is the
            // first thing to say.
            match serde_json::from_slice::<IgnoredAny>(&self.body) {
                Ok(_) => self.misfit(&error),
                Err(broken) => self.misfit(&broken),
            }
        })?;
        // A struct could be read from an array too, its members by their places.
        let begin = self.body.iter().find(|byte| !byte.is_ascii_whitespace());
        if begin == Some(&b'[') {
            let detail = "This must be an object, not an array.";
            return Err(Invalid::new(roster_model::Code::WrongType, detail).into());
        }
        Ok(read)
    }

    fn misfit(&self, error: &serde_json::Error) -> Problem {
        match error.classify() {
            Category::Data => Problem::new(kinds::VALIDATION_FAILED, error.to_string()),
            Category::Io | Category::Syntax | Category::Eof => {
                let detail = if self.body.is_empty() {
                    "The body is empty; it must be JSON.".to_owned()
                } else {
                    error.to_string()
                };
                Problem::new(kinds::INVALID_JSON, detail)
                    .with("line", error.line())
                    .with("column", error.column())
            }
        }
    }

    /// [`Call::json`] for a body that may be absent.
    ///
    /// # Errors
    /// As [`Call::json`].
    pub fn json_or_none<'a, T: Deserialize<'a>>(&'a self) -> Result<Option<T>, Problem> {
        if self.body.iter().all(u8::is_ascii_whitespace) {
            return Ok(None);
        }
        self.json().map(Some)
    }

    fn check_media_type(&self) -> Result<(), Problem> {
        let refuse = |detail: &str| Err(Problem::new(kinds::UNSUPPORTED_MEDIA_TYPE, detail));
        if let Some(encoding) = self.headers.get(header::CONTENT_ENCODING)
            && !encoding.as_bytes().eq_ignore_ascii_case(b"identity")
        {
            return refuse("The body must be sent without a content encoding.");
        }
        let Some(given) = self.headers.get(header::CONTENT_TYPE) else {
            return Ok(());
        };
        let essence = given.to_str().unwrap_or_default();
        let essence = essence.split(';').next().unwrap_or_default().trim();
        let essence = essence.to_ascii_lowercase();
        // application/json and its kin, such as application/merge-patch+json.
        if essence.ends_with("/json") || essence.ends_with("+json") {
            return Ok(());
        }
        refuse("The body must be sent as content-type: application/json.")
    }
}

fn first<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut found = pairs.iter().filter(|(key, _)| key == name);
    found.next().map(|(_, value)| value.as_str())
}
