//! With which errors an operation can answer: what follows from its route and from
//! what its handler says it reads. Every answer of every end-to-end test is held
//! against this.

use roster_http::{Route, Verb};
use serde_json::{Map, Value};

/// Paths whose GET reads its query like a body, and refuses it like one.
const QUERIES_LIKE_BODIES: [&str; 2] = [
    "/v1/databases/{db}/export",
    "/v1/databases/{db}/history/export",
];

/// What is only asked by POST, since the question has a body.
const QUESTIONS: [&str; 10] = [
    "/v1/databases/{db}/export",
    "/v1/databases/{db}/imports/{id}/preview",
    "/v1/databases/{db}/profiles/count",
    "/v1/databases/{db}/profiles/duplicates",
    "/v1/databases/{db}/profiles/match",
    "/v1/databases/{db}/profiles/query",
    "/v1/databases/{db}/schedules/preview",
    "/v1/connectors/{id}/test",
    "/v1/hooks/{id}/test",
    "/v1/suppressions/{id}/check",
];

/// Paths without ids whose body or query names what must be there.
const NAME_OTHERS: [&str; 10] = [
    "/v1/events",
    "/v1/forms",
    "/v1/hooks",
    "/v1/invitation",
    "/v1/invitation/accept",
    "/v1/outbox",
    "/v1/search",
    "/v1/standing/lift",
    "/v1/unsubscribe",
    "/v1/watchers",
];

/// Where names are taken: what is made or renamed here may not be called like another.
const NAMED: [&str; 28] = [
    "/v1/connectors",
    "/v1/connectors/{id}",
    "/v1/databases",
    "/v1/databases/{db}",
    "/v1/databases/{db}/app-keys",
    "/v1/databases/{db}/app-keys/{id}",
    "/v1/databases/{db}/clone",
    "/v1/databases/{db}/fields",
    "/v1/databases/{db}/fields/{name}",
    "/v1/databases/{db}/segments",
    "/v1/databases/{db}/segments/{id}",
    "/v1/databases/{db}/views",
    "/v1/databases/{db}/views/{id}",
    "/v1/forms",
    "/v1/forms/{id}",
    "/v1/hooks",
    "/v1/hooks/{id}",
    "/v1/relation-types",
    "/v1/relation-types/{id}",
    "/v1/resources",
    "/v1/resources/{id}",
    "/v1/resources/{id}/clone",
    "/v1/suppressions",
    "/v1/suppressions/{id}",
    "/v1/users",
    "/v1/users/{id}",
    "/v1/watchers",
    "/v1/watchers/{id}",
];

/// Profile writes, which may match several or meet a unique value; and leaving by a
/// contact that several have.
const MATCHING: [&str; 10] = [
    "/v1/databases/{db}/profiles",
    "/v1/databases/{db}/profiles/duplicates/dismiss",
    "/v1/databases/{db}/profiles/match",
    "/v1/databases/{db}/profiles/merge",
    "/v1/databases/{db}/profiles/merges/{id}/undo",
    "/v1/databases/{db}/profiles/split",
    "/v1/databases/{db}/profiles/{id}",
    "/v1/relation-types/{id}/relations",
    "/v1/databases/{db}/control-group/members",
    "/v1/unsubscribe",
];

/// Pages that read what was filled in.
const FORMS: [&str; 2] = ["/f/{id}", "/s/manage/{token}"];

/// What a segment of another kind can't do, and one that no longer fits its database.
const SEGMENTS: [&str; 3] = [
    "/v1/databases/{db}/segments/{id}/counters",
    "/v1/databases/{db}/segments/{id}/members",
    "/v1/databases/{db}/segments/{id}/refresh",
];

/// The last parts of paths that want a job, a run or a message in some state.
const STATES: [&str; 9] = [
    "cancel", "file", "pause", "preview", "resume", "retry", "run", "segment", "undo",
];

/// What anybody may send who is to become somebody with a session.
const DOORS: [&str; 5] = [
    "/v1/invitation",
    "/v1/invitation/accept",
    "/v1/session",
    "/v1/session/passkey",
    "/v1/session/passkey/begin",
];

/// Where one comes in who has what opens an account.
const KEYHOLES: [&str; 2] = ["/v1/session", "/v1/session/passkey"];

/// What is asked of authenticators and answered by them: once, and where browsers do it.
const PASSKEYS: [&str; 4] = [
    "/v1/passkeys",
    "/v1/passkeys/begin",
    "/v1/session/passkey",
    "/v1/session/passkey/begin",
];

/// Where passwords and passkeys are tried, and authenticators asked, which must not be done
/// often.
const COUNTED: [(Verb, &str); 5] = [
    (Verb::Post, "/v1/passkeys/begin"),
    (Verb::Post, "/v1/session"),
    (Verb::Post, "/v1/session/passkey"),
    (Verb::Post, "/v1/session/passkey/begin"),
    (Verb::Put, "/v1/session/password"),
];

/// An operation as its route and its handler describe it.
pub(crate) struct DescribedOperation<'a> {
    /// The route.
    pub route: &'a Route,
    /// What the handler says.
    pub operation: &'a Map<String, Value>,
}

impl DescribedOperation<'_> {
    /// Whether it has a parameter of this name.
    pub fn has(&self, name: &str) -> bool {
        let parameters = self.operation.get("parameters").and_then(Value::as_array);
        let mut parameters = parameters.into_iter().flatten();
        parameters.any(|parameter| parameter["name"] == name)
    }

    /// Whether people open it: its errors are pages.
    pub fn is_page(&self) -> bool {
        let path = self.route.path;
        ["/s/", "/e/", "/f/"].iter().any(|of| path.starts_with(of))
    }

    fn body(&self, kind: &str) -> bool {
        let content = self.operation.get("requestBody");
        content.is_some_and(|body| body["content"].get(kind).is_some())
    }

    fn is_at(&self, paths: &[&str]) -> bool {
        paths.contains(&self.route.path)
    }

    fn writes(&self) -> bool {
        let question = self.route.verb == Verb::Post && self.is_at(&QUESTIONS);
        !matches!(self.route.verb, Verb::Get | Verb::Options) && !question
    }

    fn takes_body(&self) -> bool {
        self.route.body_limit > 0 || self.route.upload_limit > 0
    }

    /// Whether something else can stand in the way.
    fn conflicts(&self) -> bool {
        let (verb, path) = (self.route.verb, self.route.path);
        let end = path.rsplit('/').next().unwrap_or_default();
        let changes = matches!(verb, Verb::Post | Verb::Put | Verb::Patch);
        // A job's files go when it is over; a standard field stays, and so do the last admin and
        // what schedules read by.
        let stays = [
            "connectors/{id}",
            "exports/{id}",
            "imports/{id}",
            "fields/{name}",
            "users/{id}",
        ];
        let stays = verb == Verb::Delete && stays.iter().any(|of| path.ends_with(of));
        self.has("confirm")
            || changes && (self.is_at(&NAMED) || self.is_at(&MATCHING))
            || STATES.contains(&end) && !path.ends_with("/schedules/preview")
            || path.ends_with("/imports/{id}/start")
            || self.is_at(&SEGMENTS) && (changes || !path.ends_with("/refresh"))
            || stays
    }

    /// Whether it can answer with an error status.
    pub fn fails_with(&self, status: u16) -> bool {
        let (verb, path) = (self.route.verb, self.route.path);
        let is_door = !self.route.personal && verb == Verb::Post && self.is_at(&DOORS);
        let scoped = self.route.scope.is_some() || self.route.personal;
        match status {
            400 => scoped || self.takes_body() && (!self.is_page() || self.is_at(&FORMS)),
            401 => scoped || is_door && self.is_at(&KEYHOLES),
            403 => scoped || is_door && path != "/v1/invitation" || self.is_page() && self.writes(),
            404 => path.contains('{') || self.has("database") || self.is_at(&NAME_OTHERS),
            409 => scoped && self.conflicts() || verb == Verb::Post && self.is_at(&PASSKEYS),
            410 => path.starts_with("/s/") || self.has("at"),
            412 => self.has("If-Match"),
            413 => self.takes_body(),
            415 => self.body("application/json"),
            416 => self.has("Range"),
            422 => {
                self.body("application/json")
                    || self.route.upload_limit > 0
                    || self.has("Idempotency-Key") && (self.takes_body() || self.has("confirm"))
                    || self.route.verb == Verb::Delete && path.ends_with("/subscriptions")
                    || self.is_at(&QUERIES_LIKE_BODIES)
            }
            429 => COUNTED.contains(&(verb, path)),
            500 => true,
            503 => scoped || is_door || path.contains('{'),
            507 => self.writes() && !self.is_page(),
            _ => false,
        }
    }
}
