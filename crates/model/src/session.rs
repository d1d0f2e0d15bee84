//! Sessions of people: how long they last, and the cookie that carries them.

use crate::time::Timestamp;

const MINUTE_MS: i64 = 60 * 1000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// A session ends after so long without a request, in milliseconds: 12 hours.
pub const IDLE_MS: i64 = 12 * HOUR_MS;
/// A session ends so long after its beginning, whatever happens: 14 days.
pub const WHOLE_MS: i64 = 14 * DAY_MS;
/// How much older the last request may be than what is stored of it: 5 minutes, so that
/// most requests write nothing.
pub const SEEN_MS: i64 = 5 * MINUTE_MS;
/// An invitation may be accepted for so long, in milliseconds: 7 days.
pub const INVITATION_MS: i64 = 7 * DAY_MS;
/// The most sessions of one person; the one that was used least lately gives way.
pub const MAX_SESSIONS: i64 = 50;

/// When a session ends by itself, if nothing more is asked with it.
#[must_use]
pub fn end(begun: Timestamp, last_seen: Timestamp) -> Timestamp {
    let idle = last_seen.ms().saturating_add(IDLE_MS);
    Timestamp::from_ms(idle.min(begun.ms().saturating_add(WHOLE_MS)))
}

/// The cookie of a session: which name and which flags it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionCookie {
    is_secure: bool,
}

impl SessionCookie {
    /// The cookie of an installation that people reach at an address. Over https it has the
    /// prefix `__Host-`, by which browsers see to it that no neighbour sets it; over http,
    /// which is for development, browsers would refuse that.
    #[must_use]
    pub fn of(public_url: &str) -> Self {
        let scheme = public_url.trim().get(..8).unwrap_or_default();
        SessionCookie {
            is_secure: scheme.eq_ignore_ascii_case("https://"),
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        if self.is_secure {
            "__Host-roster"
        } else {
            "roster"
        }
    }

    /// The secret in the headers `Cookie` of a request; none where two are given, since one
    /// of them is not ours.
    pub fn find<'a>(self, headers: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        let pairs = headers.into_iter().flat_map(|header| header.split(';'));
        let mut found = pairs.filter_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            (name.trim() == self.name()).then(|| value.trim().trim_matches('"'))
        });
        let secret = found.next().filter(|secret| !secret.is_empty());
        if found.next().is_some() {
            return None;
        }
        secret
    }

    /// The header `Set-Cookie` that gives a browser the secret.
    #[must_use]
    pub fn set(self, secret: &str) -> String {
        self.header(secret, WHOLE_MS / 1000)
    }

    /// The header `Set-Cookie` that takes it away.
    #[must_use]
    pub fn clear(self) -> String {
        self.header("", 0)
    }

    fn header(self, secret: &str, seconds: i64) -> String {
        let name = self.name();
        let secure = if self.is_secure { "; Secure" } else { "" };
        format!("{name}={secret}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_when_nobody_comes_and_in_any_case() {
        let at = Timestamp::from_ms;
        assert_eq!(end(at(0), at(0)), at(IDLE_MS));
        assert_eq!(end(at(0), at(WHOLE_MS - 1)), at(WHOLE_MS));
        assert_eq!(end(at(5), at(DAY_MS)), at(DAY_MS + IDLE_MS));
    }

    #[test]
    fn the_cookie_has_its_flags() {
        let secure = SessionCookie::of(" HTTPS://crm.example.org/");
        let set = "__Host-roster=abc; Path=/; Max-Age=1209600; HttpOnly; SameSite=Strict; Secure";
        assert_eq!(secure.set("abc"), set);
        let plain = SessionCookie::of("http://127.0.0.1:3000");
        assert_eq!(
            plain.clear(),
            "roster=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"
        );
        assert_eq!(SessionCookie::of("").name(), "roster");
    }

    #[test]
    fn the_secret_is_found_among_other_cookies() {
        let plain = SessionCookie::of("");
        let find = |headers: &[&'static str]| plain.find(headers.iter().copied());
        assert_eq!(find(&["a=1; roster=abc; b=roster=x"]), Some("abc"));
        assert_eq!(find(&["a=1", "roster=\"abc\""]), Some("abc"));
        for none in [
            "",
            "roster",
            "roster=",
            "xroster=abc",
            "__Host-roster=abc",
            "Roster=a",
        ] {
            assert_eq!(find(&[none]), None, "{none}");
        }
        assert_eq!(find(&["roster=a; roster=b"]), None);
        assert_eq!(find(&["roster=a", "roster=b"]), None);
    }
}
