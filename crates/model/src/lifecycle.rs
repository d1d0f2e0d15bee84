//! The life of a subscription: which status may follow which, and who may say
//! so (spec/altcraft.md 3.4). docs/LIFECYCLE.md shows the table; a test holds it
//! against this file. The global status of a profile follows the same rules.

use crate::Code;
use crate::error::Invalid;
use crate::origin::Party;
use crate::status::Status;

/// A status, and whose will it was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Standing {
    /// The status.
    pub status: Status,
    /// Who set it.
    pub by: Party,
}

/// Whether a party may move from one status to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// It may.
    Yes,
    /// Only with `resubscribe: true` and a reason, which history keeps.
    Resubscribe,
    /// It may not.
    No,
}

impl Standing {
    /// Whether it stands against messages until somebody agrees again: complained,
    /// bounced for good, or left, no matter who said so.
    pub fn is_protected(self) -> bool {
        self.status.is_end()
    }

    /// Whether the person left by their own will, or a provider tells so.
    pub fn is_own(self) -> bool {
        matches!(self.by, Party::Person | Party::Provider)
    }

    /// Whether `by` may set the status `to`.
    pub fn rule(self, to: Status, by: Party) -> Rule {
        use Status::*;
        let from = self.status;
        let when = |allowed: bool| if allowed { Rule::Yes } else { Rule::No };
        if from == to {
            return Rule::Yes;
        }
        match by {
            // Only time passes.
            Party::System => when(from == Suspended && to == Subscribed),
            Party::Provider => when(match to {
                Complained => true,
                Hardbounced => from != Complained,
                Unsubscribed => !matches!(from, Complained | Hardbounced),
                // The event "confirmed".
                Subscribed => from == Unconfirmed,
                Unconfirmed | Suspended | Invalid => false,
            }),
            Party::Person => when(match to {
                Unsubscribed => !matches!(from, Complained | Hardbounced),
                Suspended => from == Subscribed,
                Subscribed => !matches!(from, Hardbounced | Invalid),
                Complained | Hardbounced | Unconfirmed | Invalid => false,
            }),
            Party::Api | Party::Import => match to {
                Complained => Rule::Yes,
                Hardbounced if from != Complained => Rule::Yes,
                // An operator takes back what an operator said, one by one.
                _ if from == Unsubscribed && self.by == Party::Api && by == Party::Api => Rule::Yes,
                _ if self.is_protected() => Rule::Resubscribe,
                // An old file must not confirm what the person has not.
                Subscribed if from == Unconfirmed && by == Party::Import => Rule::Resubscribe,
                // Nor may a pause, whose end makes it subscribed, or a file that calls it
                // invalid and a later one that doesn't.
                Suspended if from == Unconfirmed => Rule::No,
                Invalid if from == Unconfirmed && by == Party::Import => Rule::No,
                Subscribed | Suspended
                    if from == Invalid && self.by == Party::Api && by == Party::Import =>
                {
                    Rule::Resubscribe
                }
                _ => Rule::Yes,
            },
        }
    }

    /// The standing after `by` asked for `to`, if it may.
    ///
    /// # Errors
    /// Code `status_protected`, when it may not: the status stays.
    pub fn moved(self, to: Status, by: Party, resubscribe: bool) -> Result<Self, Invalid> {
        if to == self.status {
            // Who leaves twice, the second time themselves, has left themselves.
            let own = matches!(by, Party::Person | Party::Provider);
            let by = if own { by } else { self.by };
            return Ok(Standing { status: to, by });
        }
        let rule = self.rule(to, by);
        if rule == Rule::Yes || (rule == Rule::Resubscribe && resubscribe) {
            return Ok(Standing { status: to, by });
        }
        let detail = match rule {
            Rule::Resubscribe => format!(
                "The status stays {}: {}. If they did agree again, say so with resubscribe: true and a reason.",
                self.status,
                self.why()
            ),
            Rule::Yes | Rule::No => format!(
                "The status stays {}: it can't become {to} by this ({}).",
                self.status,
                by.as_str()
            ),
        };
        Err(Invalid::new(Code::StatusProtected, detail))
    }

    fn why(self) -> &'static str {
        match self.status {
            Status::Complained => "they reported a message as spam",
            Status::Hardbounced => "the address bounced for good",
            Status::Unsubscribed => match self.by {
                Party::Person | Party::Provider => "they left themselves",
                Party::Api => "somebody ended it for them",
                Party::Import | Party::System => "they came as somebody who left",
            },
            Status::Unconfirmed => "they have not confirmed",
            Status::Invalid => "somebody found it invalid",
            Status::Subscribed | Status::Suspended => "it is as it is",
        }
    }
}

/// The table as Markdown, one row for each status to move from.
pub fn table() -> String {
    let mut out = String::new();
    for by in [
        Party::Import,
        Party::Api,
        Party::Person,
        Party::Provider,
        Party::System,
    ] {
        out.push_str(&format!("### By {}\n\n| from \\ to |", title(by)));
        for to in Status::ALL {
            out.push_str(&format!(" {to} |"));
        }
        out.push_str("\n| --- |");
        out.push_str(&" --- |".repeat(Status::ALL.len()));
        out.push('\n');
        for (from, name) in rows() {
            out.push_str(&format!("| {name} |"));
            for to in Status::ALL {
                let cell = match (from.status == to, from.rule(to, by)) {
                    (true, _) => "·",
                    (false, Rule::Yes) => "yes",
                    (false, Rule::Resubscribe) => "resubscribe",
                    (false, Rule::No) => "no",
                };
                out.push_str(&format!(" {cell} |"));
            }
            out.push('\n');
        }
        out.push('\n');
    }
    out
}

fn title(by: Party) -> &'static str {
    match by {
        Party::Import => "an import (files, batches, webhooks, forms, bulk updates)",
        Party::Api => "the API (PATCH of a profile, PUT of a subscription)",
        Party::Person => "the person",
        Party::Provider => "an event of a provider",
        Party::System => "time",
    }
}

/// All standings that rules tell apart.
fn rows() -> impl Iterator<Item = (Standing, String)> {
    let by = |status, by| Standing { status, by };
    let all = Status::ALL.into_iter();
    all.map(move |status| (by(status, Party::Import), status.to_string()))
        .chain([
            (
                by(Status::Unsubscribed, Party::Api),
                "unsubscribed by the API".to_owned(),
            ),
            (
                by(Status::Unsubscribed, Party::Person),
                "unsubscribed by the person".to_owned(),
            ),
            (
                by(Status::Invalid, Party::Api),
                "invalid by the API".to_owned(),
            ),
        ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Whatever files and time say, one after the other, and wherever an operator found an
    /// address invalid: who never confirmed is not subscribed in the end.
    #[test]
    fn no_chain_of_files_and_days_confirms_for_somebody() {
        let mut reached = vec![Standing {
            status: Status::Unconfirmed,
            by: Party::Import,
        }];
        let mut next = 0;
        while let Some(from) = reached.get(next).copied() {
            next += 1;
            for by in [Party::Import, Party::System, Party::Api] {
                for to in Status::ALL {
                    if by == Party::Api && to != Status::Invalid {
                        continue;
                    }
                    if let Ok(standing) = from.moved(to, by, false)
                        && !reached.contains(&standing)
                    {
                        reached.push(standing);
                    }
                }
            }
        }
        assert!(reached.len() > 3, "{reached:?}");
        let is_on = |one: &Standing| matches!(one.status, Status::Subscribed | Status::Suspended);
        assert!(!reached.iter().any(is_on), "{reached:?}");
    }

    #[test]
    fn the_documented_table_is_this_one() {
        let docs = include_str!("../../../docs/LIFECYCLE.md");
        assert!(
            docs.contains(table().trim_end()),
            "docs/LIFECYCLE.md should have:\n{}",
            table()
        );
    }

    #[test]
    fn only_resubscribing_overturns_a_no_whoever_said_it() {
        let said = [Party::Person, Party::Provider, Party::Import];
        for (by, said_by) in [Party::Api, Party::Import]
            .into_iter()
            .flat_map(|by| said.map(|said_by| (by, said_by)))
        {
            for from in [
                Status::Complained,
                Status::Hardbounced,
                Status::Unsubscribed,
            ] {
                let standing = Standing {
                    status: from,
                    by: said_by,
                };
                let refused = standing.moved(Status::Subscribed, by, false).unwrap_err();
                assert_eq!(refused.code.as_str(), "status_protected");
                let moved = standing.moved(Status::Subscribed, by, true).unwrap();
                assert_eq!(
                    moved,
                    Standing {
                        status: Status::Subscribed,
                        by
                    }
                );
            }
        }
    }

    #[test]
    fn an_operators_own_no_holds_against_files_and_not_against_the_operator() {
        let standing = Standing {
            status: Status::Unsubscribed,
            by: Party::Api,
        };
        let to = Status::Subscribed;
        assert!(standing.moved(to, Party::Import, false).is_err());
        assert!(standing.moved(to, Party::Api, false).is_ok());
    }

    proptest! {
        /// Whatever imports, events and time do, a protected standing stays one.
        #[test]
        fn no_sequence_of_imports_and_events_wakes_a_protected_standing(
            steps in proptest::collection::vec((0usize..7, 0usize..4), 0..30),
            start in 0usize..3,
        ) {
            let status = [Status::Complained, Status::Hardbounced, Status::Unsubscribed][start];
            let mut standing = Standing { status, by: Party::Person };
            let parties = [Party::Import, Party::Api, Party::Provider, Party::System];
            for (to, by) in steps {
                if let Ok(moved) = standing.moved(Status::ALL[to], parties[by], false) {
                    standing = moved;
                }
                prop_assert!(standing.is_protected(), "{standing:?}");
            }
        }
    }
}
