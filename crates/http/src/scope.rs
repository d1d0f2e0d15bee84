//! What a token may do.

use serde::{Serialize, Serializer};

/// One thing that a token can be allowed. Writing includes no reading: a form
/// that only adds people needs no right to list them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Scope {
    /// Read databases, their fields and counters.
    DatabasesRead,
    /// Create, change, clone, wipe and delete databases and fields.
    DatabasesWrite,
    /// Read resources and their counters.
    ResourcesRead,
    /// Create, change, clone and delete resources.
    ResourcesWrite,
    /// Read profiles, subscriptions and history.
    ProfilesRead,
    /// Add, import, change and delete profiles and subscriptions.
    ProfilesWrite,
    /// Quick search.
    SearchRead,
    /// Nothing yet; exists because every noun has both.
    SearchWrite,
    /// List tokens.
    TokensRead,
    /// Create and revoke tokens.
    TokensWrite,
    /// List segments and their members.
    SegmentsRead,
    /// Create, change, refresh and delete segments; all that `members:write` is for.
    SegmentsWrite,
    /// Look at imports, bulk updates and schedules, and fetch their reports.
    ImportsRead,
    /// Upload, start and stop imports, bulk updates and schedules.
    ImportsWrite,
    /// Export profiles and history.
    ExportsRead,
    /// Make exports that are kept, erase people.
    ExportsWrite,
    /// Do a slice of due work: `POST /v1/tick`.
    JobsRun,
    /// Look at suppression lists, check whether somebody is on one.
    SuppressionsRead,
    /// Create, change, fill and clear suppression lists.
    SuppressionsWrite,
    /// Look at webhooks and their deliveries.
    HooksRead,
    /// Create, change and delete webhooks, replay deliveries.
    HooksWrite,
    /// Look at forms.
    FormsRead,
    /// Create, change and delete forms.
    FormsWrite,
    /// Tell of events: what became of messages; unsubscribe people for their own manager.
    EventsWrite,
    /// Look at messages that wait or were sent, and at watchers.
    OutboxRead,
    /// Send messages again, create, change and delete watchers.
    OutboxWrite,
    /// Get what opens a person's pages: a subscription's links, and messages as the
    /// person reads them.
    LinksWrite,
    /// Read every change of every definition.
    HistoryRead,
    /// Read saved views, and use them.
    ViewsRead,
    /// Save, change and delete views.
    ViewsWrite,
    /// Look at relation types and at who is related.
    RelationsRead,
    /// Create, change and delete relation types; relate profiles.
    RelationsWrite,
    /// Look at control groups and their reports.
    ControlGroupsRead,
    /// Make, change and delete control groups; put profiles in and take them out.
    ControlGroupsWrite,
    /// Look at the people who sign in to the console.
    UsersRead,
    /// Invite, change and remove people who sign in to the console.
    UsersWrite,
    /// Put profiles into static segments and take them out.
    MembersWrite,
    /// Look at connectors to other databases, try them, and import by them.
    ConnectorsRead,
    /// Create, change and delete connectors.
    ConnectorsWrite,
}

impl Scope {
    /// All scopes.
    pub const ALL: [Scope; 39] = [
        Scope::DatabasesRead,
        Scope::DatabasesWrite,
        Scope::ResourcesRead,
        Scope::ResourcesWrite,
        Scope::ProfilesRead,
        Scope::ProfilesWrite,
        Scope::SearchRead,
        Scope::SearchWrite,
        Scope::TokensRead,
        Scope::TokensWrite,
        Scope::SegmentsRead,
        Scope::SegmentsWrite,
        Scope::ImportsRead,
        Scope::ImportsWrite,
        Scope::ExportsRead,
        Scope::ExportsWrite,
        Scope::JobsRun,
        Scope::SuppressionsRead,
        Scope::SuppressionsWrite,
        Scope::HooksRead,
        Scope::HooksWrite,
        Scope::FormsRead,
        Scope::FormsWrite,
        Scope::EventsWrite,
        Scope::OutboxRead,
        Scope::OutboxWrite,
        Scope::LinksWrite,
        Scope::HistoryRead,
        Scope::ViewsRead,
        Scope::ViewsWrite,
        Scope::RelationsRead,
        Scope::RelationsWrite,
        Scope::ControlGroupsRead,
        Scope::ControlGroupsWrite,
        Scope::UsersRead,
        Scope::UsersWrite,
        Scope::MembersWrite,
        Scope::ConnectorsRead,
        Scope::ConnectorsWrite,
    ];

    /// The name, as in a token's `scopes`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Scope::DatabasesRead => "databases:read",
            Scope::DatabasesWrite => "databases:write",
            Scope::ResourcesRead => "resources:read",
            Scope::ResourcesWrite => "resources:write",
            Scope::ProfilesRead => "profiles:read",
            Scope::ProfilesWrite => "profiles:write",
            Scope::SearchRead => "search:read",
            Scope::SearchWrite => "search:write",
            Scope::TokensRead => "tokens:read",
            Scope::TokensWrite => "tokens:write",
            Scope::SegmentsRead => "segments:read",
            Scope::SegmentsWrite => "segments:write",
            Scope::ImportsRead => "imports:read",
            Scope::ImportsWrite => "imports:write",
            Scope::ExportsRead => "exports:read",
            Scope::ExportsWrite => "exports:write",
            Scope::JobsRun => "jobs:run",
            Scope::SuppressionsRead => "suppressions:read",
            Scope::SuppressionsWrite => "suppressions:write",
            Scope::HooksRead => "hooks:read",
            Scope::HooksWrite => "hooks:write",
            Scope::FormsRead => "forms:read",
            Scope::FormsWrite => "forms:write",
            Scope::EventsWrite => "events:write",
            Scope::OutboxRead => "outbox:read",
            Scope::OutboxWrite => "outbox:write",
            Scope::LinksWrite => "links:write",
            Scope::HistoryRead => "history:read",
            Scope::ViewsRead => "views:read",
            Scope::ViewsWrite => "views:write",
            Scope::RelationsRead => "relations:read",
            Scope::RelationsWrite => "relations:write",
            Scope::ControlGroupsRead => "control-groups:read",
            Scope::ControlGroupsWrite => "control-groups:write",
            Scope::UsersRead => "users:read",
            Scope::UsersWrite => "users:write",
            Scope::MembersWrite => "members:write",
            Scope::ConnectorsRead => "connectors:read",
            Scope::ConnectorsWrite => "connectors:write",
        }
    }

    /// The scope that allows all that this one does, and more.
    const fn wider(self) -> Option<Scope> {
        match self {
            Scope::MembersWrite => Some(Scope::SegmentsWrite),
            _ => None,
        }
    }
}

/// A set of scopes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scopes(u64);

impl Scopes {
    /// Every scope: what the admin token has.
    pub fn all() -> Self {
        let mut scopes = Scopes::default();
        for scope in Scope::ALL {
            scopes.add(scope);
        }
        scopes
    }

    /// Adds what `name` stands for: a scope's name, or `<noun>:admin` for
    /// reading and writing that noun. False if it stands for nothing.
    pub fn add_named(&mut self, name: &str) -> bool {
        let noun = name.strip_suffix(":admin");
        let mut found = false;
        for scope in Scope::ALL {
            let full = scope.as_str();
            let of_noun = noun.is_some_and(|noun| {
                full.strip_prefix(noun)
                    .is_some_and(|rest| rest.starts_with(':'))
            });
            if full == name || of_noun {
                self.add(scope);
                found = true;
            }
        }
        found
    }

    /// Adds a scope.
    pub fn add(&mut self, scope: Scope) {
        self.0 |= 1 << scope as u8;
    }

    /// Whether it allows what `scope` does.
    pub fn has(self, scope: Scope) -> bool {
        self.names(scope) || scope.wider().is_some_and(|wider| self.names(wider))
    }

    /// Whether `scope` itself is in it.
    fn names(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u8) != 0
    }

    /// What is in it, in the order of [`Scope::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL
            .into_iter()
            .filter(move |scope| self.names(*scope))
    }
}

impl<S: AsRef<str>> FromIterator<S> for Scopes {
    /// The set of these names; unknown ones count for nothing.
    fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
        let mut scopes = Scopes::default();
        for name in names {
            scopes.add_named(name.as_ref());
        }
        scopes
    }
}

impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Scope::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_sets() {
        for scope in Scope::ALL {
            let scopes = Scopes::from_iter([scope.as_str()]);
            assert_eq!(scopes.iter().collect::<Vec<_>>(), [scope]);
        }
        let admin = Scopes::from_iter(["databases:admin"]);
        let names: Vec<_> = admin.iter().map(Scope::as_str).collect();
        assert_eq!(names, ["databases:read", "databases:write"]);
        for odd in [
            "",
            ":admin",
            "data:admin",
            "databases",
            "databases:",
            "Databases:read",
        ] {
            assert!(!Scopes::default().add_named(odd), "{odd}");
        }
        assert_eq!(Scopes::all().iter().count(), Scope::ALL.len());
        let members = Scopes::from_iter(["members:write"]);
        assert!(members.has(Scope::MembersWrite) && !members.has(Scope::SegmentsWrite));
        let segments = Scopes::from_iter(["segments:write"]);
        assert!(segments.has(Scope::MembersWrite) && segments.has(Scope::SegmentsWrite));
    }
}
