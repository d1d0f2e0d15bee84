//! The console's built files (console/dist) and which of them answers what. They are a part
//! of the program, packed when it was built; nothing here reads a disk or a store.

#![forbid(unsafe_code)]

mod coding;

use bytes::Bytes;
use coding::Coding;
use flate2::read::GzDecoder;
use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, Method};
use roster_http::{Meaning, Problem, Reply, kinds};
use std::io::Read;

/// A file of the console.
#[derive(Debug)]
struct File {
    /// Its path under `/console/`.
    path: &'static str,
    /// What tells versions of it apart.
    tag: &'static str,
    /// Its content, packed in two ways.
    brotli: &'static [u8],
    gzip: &'static [u8],
}

/// All of them, by `build.rs`.
const FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// Where the console is.
const ROOT: &str = "/console/";
/// The page that everything begins with.
const PAGE: &str = "index.html";
/// The folder of files whose names have a hash of their content.
const HASHED: &str = "assets/";

/// What a page of the console may load and where it may send: this host alone. No script and
/// no style stands in the page itself.
pub const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'";

/// The answer to a request.
#[must_use]
pub fn answer(method: &Method, path: &str, headers: &HeaderMap) -> Reply {
    if !matches!(*method, Method::GET | Method::HEAD) {
        let problem = Problem::new(
            kinds::METHOD_NOT_ALLOWED,
            "What can be done here: GET, HEAD.",
        );
        let allowed = HeaderValue::from_static("GET, HEAD");
        return problem.header(header::ALLOW, allowed).into_reply();
    }
    let Some(rest) = path.strip_prefix(ROOT) else {
        // Relative links of the page would lead elsewhere without the slash.
        let place = HeaderValue::from_static(ROOT);
        let reply = Reply::new("").meaning(Meaning::Found);
        return reply.header(header::LOCATION, place);
    };
    match found(rest) {
        Some(file) => guarded(file.answer(headers)),
        None => guarded(Problem::not_found("file of the console").into_reply()),
    }
}

/// The file of a path. What has no extension is an address that the page itself reads.
fn found(path: &str) -> Option<&'static File> {
    let file = FILES.iter().find(|file| file.path == path);
    let name = path.rsplit('/').next().unwrap_or_default();
    if file.is_some() || name.contains('.') || path.starts_with(HASHED) {
        return file;
    }
    FILES.iter().find(|file| file.path == PAGE)
}

impl File {
    fn answer(&self, headers: &HeaderMap) -> Reply {
        let coding = Coding::wanted(headers);
        let tag = format!("\"{}{}\"", self.tag, coding.suffix());
        let known = is_known(headers, &tag);
        let reply = if known {
            Reply::new("").meaning(Meaning::NotModified)
        } else {
            match self.body(coding) {
                Ok(body) => Reply::new(body),
                Err(error) => return Problem::internal(&error).into_reply(),
            }
        };
        let mut reply = reply
            .header(header::VARY, HeaderValue::from_static("accept-encoding"))
            .header(
                header::CACHE_CONTROL,
                HeaderValue::from_static(self.keeping()),
            );
        if let Ok(tag) = HeaderValue::try_from(tag) {
            reply = reply.header(header::ETAG, tag);
        }
        if known {
            return reply;
        }
        if let Some(name) = coding.name() {
            reply = reply.header(header::CONTENT_ENCODING, HeaderValue::from_static(name));
        }
        let kind = HeaderValue::from_static(content_type(self.path));
        reply.header(header::CONTENT_TYPE, kind)
    }

    fn body(&self, coding: Coding) -> std::io::Result<Bytes> {
        Ok(match coding {
            Coding::Brotli => Bytes::from_static(self.brotli),
            Coding::Gzip => Bytes::from_static(self.gzip),
            Coding::Plain => {
                let mut plain = Vec::new();
                GzDecoder::new(self.gzip).read_to_end(&mut plain)?;
                plain.into()
            }
        })
    }

    /// How long it may be kept: what has a hash in its name never changes.
    fn keeping(&self) -> &'static str {
        match self.path.starts_with(HASHED) {
            true => "public, max-age=31536000, immutable",
            false => "no-cache",
        }
    }
}

/// Whether the client has this version already.
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let values = headers.get_all(header::IF_NONE_MATCH).iter();
    let mut tags = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    tags.any(|one| {
        let one = one.trim();
        one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag
    })
}

/// With what keeps other websites from using a page of ours.
fn guarded(reply: Reply) -> Reply {
    const GUARDS: [(HeaderName, &str); 4] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    GUARDS.into_iter().fold(reply, |reply, (name, value)| {
        reply.header(name, HeaderValue::from_static(value))
    })
}

/// The content type of a file, by its extension.
fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
