//! What each role may do: every scope has the least role that has it, said once.

use crate::scope::{Scope, Scopes};
use roster_model::user::Role;

/// The least role that has a scope; all above have it too.
const fn least_role(scope: Scope) -> Role {
    match scope {
        Scope::DatabasesRead
        | Scope::ResourcesRead
        | Scope::ProfilesRead
        | Scope::SearchRead
        | Scope::SegmentsRead
        | Scope::ImportsRead
        | Scope::SuppressionsRead
        | Scope::FormsRead
        | Scope::HistoryRead
        | Scope::ViewsRead
        | Scope::RelationsRead
        | Scope::ControlGroupsRead => Role::Viewer,
        Scope::ProfilesWrite
        | Scope::RelationsWrite
        | Scope::LinksWrite
        | Scope::MembersWrite
        // Whether a message left is the first question of anyone who got none.
        | Scope::OutboxRead => Role::Agent,
        Scope::ResourcesWrite
        | Scope::SegmentsWrite
        | Scope::ImportsWrite
        | Scope::ExportsRead
        | Scope::ExportsWrite
        | Scope::FormsWrite
        | Scope::ViewsWrite
        // Deliveries hold what other systems sent of people.
        | Scope::HooksRead
        | Scope::ConnectorsRead
        | Scope::JobsRun => Role::Marketer,
        Scope::DatabasesWrite
        | Scope::SearchWrite
        | Scope::TokensRead
        | Scope::TokensWrite
        | Scope::SuppressionsWrite
        | Scope::HooksWrite
        | Scope::EventsWrite
        | Scope::OutboxWrite
        | Scope::ConnectorsWrite
        | Scope::ControlGroupsWrite
        | Scope::UsersRead
        | Scope::UsersWrite => Role::Admin,
    }
}

/// The scopes of a role.
#[must_use]
pub fn role_scopes(role: Role) -> Scopes {
    let mut scopes = Scopes::default();
    for scope in Scope::ALL {
        if least_role(scope) <= role {
            scopes.add(scope);
        }
    }
    scopes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_admin_may_do_everything_and_a_viewer_changes_nothing() {
        assert_eq!(role_scopes(Role::Admin), Scopes::all());
        for scope in role_scopes(Role::Viewer).iter() {
            assert!(scope.as_str().ends_with(":read"), "{scope:?}");
        }
    }

    #[test]
    fn each_role_has_what_the_one_before_has_and_more() {
        for pair in Role::ALL.windows(2) {
            let (less, more) = (role_scopes(pair[0]), role_scopes(pair[1]));
            assert!(less.iter().all(|scope| more.has(scope)), "{pair:?}");
            assert!(more.iter().count() > less.iter().count(), "{pair:?}");
        }
        let agent = role_scopes(Role::Agent);
        assert!(agent.has(Scope::ProfilesWrite) && !agent.has(Scope::ExportsRead));
        assert!(agent.has(Scope::MembersWrite) && !agent.has(Scope::SegmentsWrite));
        assert!(!role_scopes(Role::Marketer).has(Scope::TokensRead));
    }
}
