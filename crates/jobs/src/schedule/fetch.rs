//! Fetching a file over HTTP, by whatever the host has for it.

use super::secrets::SourceWithSecrets;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::{Either, select};
use roster_model::Code;
use roster_model::schedule::{AllowedHosts, Auth};
use roster_source::SourceError;
use serde_json::Value;
use std::future::Future;
use std::pin::pin;
use url::Url;

/// The most times that a source may send us elsewhere.
const MAX_REDIRECTS: usize = 5;

/// A GET request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchRequest {
    /// Where to.
    pub url: Url,
    /// Headers, with names in lower case.
    pub headers: Vec<(String, String)>,
}

/// An answer whose body is still to come.
#[derive(Debug)]
pub struct Answer<B> {
    /// The HTTP status.
    pub status: u16,
    /// Headers, with names in lower case; what is no text is left out.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: B,
}

impl<B> Answer<B> {
    /// A header's value; the first of several.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// What sends requests. It follows no redirects.
pub trait Fetch {
    /// A body that comes in pieces.
    type Body: Body;

    /// Sends a request; an error is a sentence for people.
    fn fetch(&self, ask: &FetchRequest)
    -> impl Future<Output = Result<Answer<Self::Body>, String>>;

    /// Waits so many milliseconds.
    fn pause(&self, ms: u64) -> impl Future<Output = ()>;
}

/// What `work` gives, or none if that takes longer than so many milliseconds:
/// hosts have limits of their own, or none.
pub(super) async fn within<T>(
    fetch: &impl Fetch,
    ms: u64,
    work: impl Future<Output = T>,
) -> Option<T> {
    match select(pin!(work), pin!(fetch.pause(ms))).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(((), _)) => None,
    }
}

/// A body that comes in pieces.
pub trait Body {
    /// The next piece, of whatever size; none at the end. An error is a
    /// sentence for people.
    fn next(&mut self) -> impl Future<Output = Result<Option<Vec<u8>>, String>>;
}

/// What a source has.
#[derive(Debug)]
pub(super) enum SourceResponse<B> {
    /// A file, and the address that it came from in the end.
    File(Answer<B>, Url),
    /// What was seen before.
    Unchanged,
}

/// Asks a source for its file, wherever it sends us. `seen` has what came with
/// it the last time, if that shall not come again.
pub(super) async fn find<F: Fetch>(
    fetch: &F,
    hosts: &AllowedHosts,
    asked: &SourceWithSecrets,
    seen: Option<&Value>,
) -> Result<SourceResponse<F::Body>, SourceError> {
    let source = &asked.source;
    let mut url = source.url.clone();
    let conditions = conditions(seen);
    for _ in 0..=MAX_REDIRECTS {
        // Each of them: an allowed host may send us anywhere.
        hosts
            .check(&url)
            .map_err(|invalid| SourceError::permanent(invalid.code, invalid.detail))?;
        let mut headers = vec![("accept-encoding".to_owned(), "identity".to_owned())];
        headers.extend(conditions.iter().cloned());
        // What is meant for the source is not for those that it names.
        if url.origin() == source.url.origin() {
            headers.extend(source.headers.iter().cloned());
            headers.extend(authorization(&source.auth, asked.secret.as_deref()));
        }
        let ask = FetchRequest {
            url: url.clone(),
            headers,
        };
        let answer = fetch
            .fetch(&ask)
            .await
            .map_err(|why| SourceError::temporary(Code::Unreachable, why))?;
        match answer.status {
            200 | 203 => return Ok(SourceResponse::File(answer, url)),
            304 if !conditions.is_empty() => return Ok(SourceResponse::Unchanged),
            301 | 302 | 303 | 307 | 308 => {
                let place = answer.header("location").unwrap_or_default();
                url = url.join(place).map_err(|_| {
                    SourceError::temporary(
                        Code::BadRedirect,
                        "The source sends us to what is no URL.",
                    )
                })?;
            }
            status => {
                let detail = format!("{} answered with status {status}.", place(&url));
                return Err(SourceError::temporary(Code::BadStatus, detail));
            }
        }
    }
    let detail = format!("The source sends us elsewhere more than {MAX_REDIRECTS} times.");
    Err(SourceError::temporary(Code::TooManyRedirects, detail))
}

/// What to name a source by where everybody may look: its query may hold keys.
fn place(url: &Url) -> String {
    format!("{}{}", url.origin().ascii_serialization(), url.path())
}

fn conditions(seen: Option<&Value>) -> Vec<(String, String)> {
    let Some(seen) = seen else {
        return Vec::new();
    };
    let headers = [
        ("etag", "if-none-match"),
        ("last_modified", "if-modified-since"),
    ];
    let known = headers.into_iter().filter_map(|(name, header)| {
        let value = seen.get(name).and_then(Value::as_str)?;
        Some((header.to_owned(), value.to_owned()))
    });
    known.collect()
}

fn authorization(auth: &Auth, secret: Option<&str>) -> Option<(String, String)> {
    let secret = secret.unwrap_or_default();
    let authorization = |value| Some(("authorization".to_owned(), value));
    match auth {
        Auth::None => None,
        Auth::Basic { user } => {
            let pair = STANDARD.encode(format!("{user}:{secret}"));
            authorization(format!("Basic {pair}"))
        }
        Auth::Bearer => authorization(format!("Bearer {secret}")),
        Auth::Header { name } => Some((name.clone(), secret.to_owned())),
    }
}

/// The name of the file at a URL: the last part of its path.
pub(super) fn name(url: &Url) -> String {
    let last = url.path_segments().and_then(|mut parts| parts.next_back());
    let shown = last.unwrap_or_default().chars().filter(|c| !c.is_control());
    let name: String = shown.take(200).collect();
    if name.is_empty() {
        "import".to_owned()
    } else {
        name
    }
}
