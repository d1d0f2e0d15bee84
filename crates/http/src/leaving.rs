//! Leaving by a link whose profile is gone: anyone who has the address now has left,
//! and so has anyone who brings it back later.

use roster_model::subscription::LinkDigest;
use roster_model::write::{Command, ProfileChange, Schema, SubscriptionChange};
use roster_model::{Contact, ResourceId, Status};
use roster_store::standing::links::{self, Place};
use roster_store::standing::{self, StandingKeys};
use serde_json::{Map, Value};

use crate::writing::WriteContext;
use crate::{Call, Problem, now};

/// How long the one who has the address is searched for, in milliseconds. What was not
/// looked through by then is told as it is read or written.
const BUDGET_MS: i64 = 5_000;

impl Call {
    /// Ends the subscription that a link names by its digest, for anyone who has the
    /// address. `act` is in the link's database; `about` is what history keeps of
    /// it. Gives how many had it.
    ///
    /// # Errors
    /// What the store meets.
    pub async fn leave_by_digest(
        &self,
        digest: &LinkDigest,
        act: &WriteContext<'_>,
        about: &Map<String, Value>,
    ) -> Result<usize, Problem> {
        let (database, how) = (act.database, act.interface);
        let (keys, search) = self
            .change(async |sql| {
                let keys = standing::load(sql).await?;
                let search = links::keep(sql, &keys, digest, database, how, self.now).await?;
                Ok::<_, Problem>((keys, search))
            })
            .await?;
        if !search {
            return Ok(0);
        }
        let Some((resource, contact)) = self.search(digest, &keys).await? else {
            return Ok(0);
        };
        let sql = self.pool.lend().await?;
        let holders = links::holders(&sql, resource, &contact).await?;
        standing::left(&sql, &keys, &contact, resource, how, self.now).await?;
        drop(sql);
        let mut ended = 0;
        for holder in holders {
            let change = SubscriptionChange::of(&holder.subscription).status(Status::Unsubscribed);
            let change = ProfileChange::from(change);
            let prepare = |schema: &Schema<'_>| {
                let command = Command::change(holder.profile, &change, None, schema);
                command.map(|command| command.about(about))
            };
            let here = WriteContext {
                database: holder.database,
                ..act.clone()
            };
            match self.write_item(&here, prepare).await {
                Ok(_) => ended += 1,
                // It can't be written any more: that the contact left holds all the same.
                Err(problem) if !problem.is_server_fault() => {}
                Err(problem) => return Err(problem),
            }
        }
        Ok(ended)
    }

    /// The resource and contact of a link's subscription, if anybody has it.
    async fn search(
        &self,
        digest: &LinkDigest,
        keys: &StandingKeys,
    ) -> Result<Option<(ResourceId, Contact)>, Problem> {
        let until = now().ms().saturating_add(BUDGET_MS);
        let mut place = Place::default();
        let found = loop {
            let sql = self.pool.lend().await?;
            match links::search(&sql, digest, &place).await? {
                Ok(found) => break Some(found),
                Err(Some(next)) if now().ms() < until => place = next,
                Err(Some(_)) => return Ok(None),
                Err(None) => break None,
            }
        };
        let sql = self.pool.lend().await?;
        links::searched(&sql, keys, digest).await?;
        Ok(found)
    }
}
