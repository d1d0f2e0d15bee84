//! A request that is ready to be sent.

use std::fmt;
use url::Url;

/// A request that is ready to be sent. Redirects are not to be followed: they
/// would show the secret to somebody else.
#[derive(Clone, PartialEq, Eq)]
pub struct OutgoingRequest {
    /// The method, `POST`.
    pub method: &'static str,
    /// Where to.
    pub url: Url,
    /// Headers, with names in lower case; the length is not among them.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl OutgoingRequest {
    /// A header's value. The name is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for OutgoingRequest {
    /// Neither the values of headers, one of which is a secret, nor the body,
    /// which is somebody's letter; nor the URL's path and query, which a
    /// gateway may have put a secret in.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("OutgoingRequest")
            .field("method", &self.method)
            .field("host", &self.url.host_str())
            .field("headers", &names)
            .field("body", &self.body.len())
            .finish()
    }
}
