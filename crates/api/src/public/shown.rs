//! Pages as answers: never kept, indexed, framed or leaked, and able to load
//! nothing but their own style.

use http::header::{self, HeaderName, HeaderValue};
use roster_http::{Meaning, Problem, Reply};
use roster_pages::{Frame, Page, ProblemKind};

/// A page. `goes_to` is where a form on it may lead in the end besides this
/// host: a URL whose origin the policy has to name.
pub(crate) fn page(page: Page, goes_to: &str) -> Reply {
    let origin = origin(goes_to).map_or_else(String::new, |origin| format!(" {origin}"));
    let policy = format!(
        "default-src 'none'; style-src {}; form-action 'self'{origin}; frame-ancestors 'none'; base-uri 'none'",
        page.style_hashes.join(" ")
    );
    let reply = private(Reply::new(page.html)).header(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    match HeaderValue::try_from(policy) {
        Ok(policy) => reply.header(header::CONTENT_SECURITY_POLICY, policy),
        Err(_) => reply,
    }
}

/// An answer that only its reader shall have.
pub(crate) fn private(reply: Reply) -> Reply {
    reply
        .header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))
        .header(
            HeaderName::from_static("x-robots-tag"),
            HeaderValue::from_static("noindex, nofollow, noarchive"),
        )
        // No other site learns of a link. To ourselves browsers must say where a
        // form comes from: with `no-referrer` they post it with `Origin: null`.
        .header(
            header::REFERRER_POLICY,
            HeaderValue::from_static("same-origin"),
        )
        .header(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"))
        .header(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        )
}

/// Sends the browser on, with GET.
pub(crate) fn redirect(url: &str) -> Option<Reply> {
    let url = HeaderValue::try_from(url).ok()?;
    let reply = Reply::new("").meaning(Meaning::SeeOther);
    Some(private(reply).header(header::LOCATION, url))
}

/// Leads on to where a link in a message leads.
pub(crate) fn found(url: &str) -> Option<Reply> {
    Some(redirect(url)?.meaning(Meaning::Found))
}

/// A page for what doesn't work.
pub(crate) fn problem(frame: Frame, kind: ProblemKind) -> Reply {
    let meaning = match kind {
        ProblemKind::InvalidLink => Meaning::NotFound,
        ProblemKind::ExpiredLink | ProblemKind::Gone => Meaning::Gone,
        ProblemKind::TryLater => Meaning::TooManyRequests,
        ProblemKind::BadForm => Meaning::Forbidden,
    };
    problem_as(meaning, frame, kind)
}

/// The same where programs are to read something else from the status.
pub(crate) fn problem_as(meaning: Meaning, frame: Frame, kind: ProblemKind) -> Reply {
    page(roster_pages::Problem { frame, kind }.render(), "").meaning(meaning)
}

/// What went wrong in here, in words for people; what is theirs to mend stays.
pub(crate) fn with_error_page(result: Result<Reply, Problem>) -> Result<Reply, Problem> {
    match result {
        Err(problem) if problem.is_server_fault() => {
            let kind = ProblemKind::TryLater;
            let view = roster_pages::Problem {
                frame: Frame::default(),
                kind,
            };
            let reply = page(view.render(), "").meaning_of(&problem);
            // Logged as any other.
            let _ = problem.into_reply();
            Ok(reply)
        }
        other => other,
    }
}

/// Scheme, host and port of an absolute URL.
fn origin(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
    let known = matches!(scheme, "http" | "https") && !host.is_empty() && host.chars().all(plain);
    known.then(|| url.get(..scheme.len() + 3 + host.len()))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_what_a_policy_can_name() {
        assert_eq!(
            origin("https://shop.example:8443/thanks?x=1"),
            Some("https://shop.example:8443")
        );
        for odd in [
            "",
            "/thanks",
            "javascript:alert(1)",
            "https://a b/",
            "https://a;b/",
        ] {
            assert_eq!(origin(odd), None, "{odd}");
        }
    }
}
