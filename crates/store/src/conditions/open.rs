//! The parts of a condition that SQL can't decide: who may be sent to, who is
//! suppressed. A statement gives the candidates that may be meant, with their
//! contacts; what stands against these is asked; then it is known of each candidate
//! whether it passes each such part, and the statement that selects is told.
//!
//! A candidate whose contacts change in between is one that passes nothing: nobody
//! is found to be sent to who wasn't looked at.

use roster_model::condition::{Moment, Node};
use roster_model::profile::Profile;
use roster_model::{DatabaseId, Status};
use serde_json::Value;

use super::{Limits, Selection};
use crate::restrictions::{self, ContactSet};
use crate::{Cell, Error, Sql};

/// How many candidates are decided at once, and how many bytes they may have.
const TAKE: i64 = 5_000;
const BYTES: i64 = 2 * 1024 * 1024;

/// What is left open by the statement that selects.
#[derive(Debug)]
pub(super) struct OpenParts {
    /// The parts, in order of their parameters.
    pub parts: Vec<Node>,
    pub moment: Moment,
    /// Anyone who may be meant, whatever the parts come to.
    pub possible: Selection,
}

/// What the parts come to for some candidates.
#[derive(Debug)]
pub(super) struct Decision {
    /// For each part the keys of the profiles that pass it, as JSON.
    pub lists: Vec<Cell>,
    /// Up to which candidate it is known; none if up to the last.
    pub until: Option<i64>,
}

impl OpenParts {
    /// Decides for the next candidates after a key.
    pub async fn decide(
        &self,
        sql: &impl Sql,
        database: DatabaseId,
        after: i64,
        look: i64,
    ) -> Result<Decision, Error> {
        let limits = Limits {
            take: TAKE,
            look,
            bytes: BYTES,
        };
        let slice = self.possible.possibly_reachable(sql, after, limits).await?;
        let mut asked = ContactSet::default();
        for profile in &slice.found {
            for part in &self.parts {
                self.ask(part, profile, &mut asked);
            }
        }
        let against = restrictions::load(sql, database, &asked).await?;
        let passes = |part: &Node, profile: &Profile| {
            part.holds(profile, &|_| false, &|_| 0, &|_| 0, &against, &self.moment)
        };
        let lists = self.parts.iter().map(|part| {
            let met = slice.found.iter().filter(|one| passes(part, one));
            let pks: Vec<i64> = met.map(|one| one.id.pk()).collect();
            Cell::Text(Value::from(pks).to_string())
        });
        Ok(Decision {
            lists: lists.collect(),
            until: slice.next,
        })
    }

    /// Asks for what decides a part.
    fn ask(&self, part: &Node, profile: &Profile, asked: &mut ContactSet) {
        match part {
            Node::Deliverable(test) if profile.status == Status::Subscribed => {
                let now = self.moment.now;
                let all = profile
                    .subscriptions
                    .iter()
                    .filter(|one| test.is_about(one));
                let open = all.filter(|one| one.effective_status(now) == Status::Subscribed);
                for one in open {
                    asked.subscription(one.resource, &one.contact);
                }
            }
            Node::Suppressed(test) => {
                test.contacts(profile)
                    .into_iter()
                    .for_each(|one| asked.contact(one));
            }
            _ => {}
        }
    }
}
