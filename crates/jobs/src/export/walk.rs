//! Passing over the profiles that are asked for, in order of their keys.

use super::Request;
use crate::JobError;
use roster_model::Code;
use roster_model::condition::{Moment, is_deliverable};
use roster_model::export::{Column, ContactPart, MAX_RELATIONS_SHOWN};
use roster_model::relation::Side;
use roster_model::restrictions::Outlook;
use roster_model::{DatabaseId, Invalid, Profile, ProfileId, Resource, ResourceId};
use roster_model::{RelationTypeId, Subscription, Timestamp};
use roster_store::catalogue::{self, Definitions};
use roster_store::conditions::{Limits, Selection};
use roster_store::pace::Pace;
use roster_store::restrictions::{self, ContactSet};
use roster_store::{Sql, profiles, relations};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashSet;

/// How much one statement reads: profiles, bytes of them, and how many are
/// looked at for that.
const FIRST_LOOK: i64 = 2_000;
const LIMITS: Limits = Limits {
    take: 1000,
    look: 20_000,
    bytes: 1024 * 1024,
};

/// Of how many profiles one statement reads relations: with
/// [`MAX_RELATIONS_SHOWN`] of the largest weights each that is some 10 MB.
const RELATED: usize = 100;

/// A place among the profiles of a database, up to the newest that there was at
/// the start.
///
/// A profile's key never changes, and new ones are greater than all before. So
/// every profile that was there at the start, and still is when its turn
/// comes, is met exactly once, whatever else happens meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The last key that was passed.
    pub after: i64,
    /// The newest key at the start.
    pub until: i64,
    /// How many more may come.
    left: i64,
    /// When it started, for conditions that look at the time.
    started: i64,
}

impl Place {
    /// The place before the first profile.
    ///
    /// # Errors
    /// As [`Sql::query`].
    pub async fn start(
        sql: &impl Sql,
        database: DatabaseId,
        request: &Request,
        now: Timestamp,
    ) -> Result<Self, JobError> {
        Ok(Place {
            after: 0,
            until: profiles::newest(sql, database).await?,
            left: request.query.limit.unwrap_or(i64::MAX),
            started: now.ms(),
        })
    }
}

/// The profiles that a request asks for, from a place on.
#[derive(Debug)]
pub struct Walk {
    database: DatabaseId,
    /// The request as it came, to be read again when definitions change.
    body: Value,
    columns: Vec<Column>,
    selection: Selection,
    /// The version of the definitions that the condition was read by; none
    /// where there is nothing to read.
    version: Option<i64>,
    place: Place,
    pace: Pace,
    /// The resources whose contacts are asked for only where they may be sent to.
    resources: Vec<Resource>,
    /// What is known of the last profiles' subscriptions beside.
    outlook: Outlook,
}

impl Walk {
    /// Goes on from a place with a request that was read from `body` by
    /// `known`.
    #[must_use]
    pub fn new(known: &Definitions, request: &Request, body: &Value, place: Place) -> Self {
        let query = &request.query;
        let moment = Moment {
            now: Timestamp::from_ms(place.started),
            zone: known.database.time_zone.clone(),
        };
        let database = known.database.id;
        let resources = known.resources.iter().filter(|resource| {
            let mut columns = request.columns.iter();
            columns.any(|column| asks(column) == Some(resource.id))
        });
        let resources: Vec<Resource> = resources.cloned().collect();
        let asks = !resources.is_empty();
        Walk {
            database,
            body: body.clone(),
            columns: request.columns.clone(),
            selection: Selection::new(database, &query.condition, query.range, &moment),
            version: (!query.condition.is_everybody() || asks).then_some(known.version),
            place,
            pace: Pace::new(FIRST_LOOK, LIMITS.look),
            resources,
            outlook: Outlook::default(),
        }
    }

    /// What is known of the subscriptions of the profiles that [`Walk::next`] gave, as far
    /// as a column tells it: which may be sent to, and what stands against others.
    #[must_use]
    pub fn outlook(&self) -> &Outlook {
        &self.outlook
    }

    /// Finds that out for some profiles.
    async fn look(&mut self, sql: &impl Sql, profiles: &[Profile]) -> Result<(), JobError> {
        self.outlook = Outlook::default();
        let now = Timestamp::from_ms(self.place.started);
        let tells = |one: &Subscription| {
            let mut columns = self.columns.iter();
            !one.deleted && columns.any(|column| tells(column, one))
        };
        let mut asked = ContactSet::default();
        let all = || {
            profiles.iter().flat_map(|profile| {
                let told = profile.subscriptions.iter().filter(|one| tells(one));
                told.map(move |one| (profile, one))
            })
        };
        for (_, one) in all() {
            asked.subscription(one.resource, &one.contact);
        }
        let against = restrictions::load(sql, self.database, &asked).await?;
        let mut outlook = Outlook::default();
        for (profile, one) in all() {
            let mut resources = self.resources.iter();
            let resource = resources.find(|resource| resource.id == one.resource);
            if resource
                .is_some_and(|resource| is_deliverable(profile, one, resource, None, &against, now))
            {
                outlook.add_sendable(profile.id, one);
            }
            outlook.add_barrier(profile, one, &against);
        }
        self.relate(sql, profiles, &mut outlook).await?;
        self.outlook = outlook;
        Ok(())
    }

    /// Finds out the relations that columns tell of.
    async fn relate(
        &self,
        sql: &impl Sql,
        profiles: &[Profile],
        outlook: &mut Outlook,
    ) -> Result<(), JobError> {
        // Two columns may tell of the same ones.
        let asked: HashSet<(RelationTypeId, Side)> =
            self.columns.iter().filter_map(relations_of).collect();
        let keys: Vec<ProfileId> = profiles.iter().map(|profile| profile.id).collect();
        for which in asked {
            for some in keys.chunks(RELATED) {
                let held = relations::held_by(sql, which, some, MAX_RELATIONS_SHOWN).await?;
                for (profile, held) in held {
                    outlook.add_relations(which, profile, held);
                }
            }
        }
        Ok(())
    }

    /// Where it is.
    #[must_use]
    pub fn place(&self) -> Place {
        self.place
    }

    /// The next profiles, perhaps none; `None` at the end.
    ///
    /// # Errors
    /// [`JobError`] it can't go on: a change of the definitions may have taken away
    /// what the condition is about.
    pub async fn next(&mut self, sql: &impl Sql) -> Result<Option<Vec<Profile>>, JobError> {
        loop {
            let place = self.place;
            if place.left <= 0 || place.after >= place.until {
                return Ok(None);
            }
            let limits = Limits {
                take: LIMITS.take.min(place.left),
                look: self.pace.rows(),
                ..LIMITS
            };
            let reading = self.selection.profiles(sql, place.after, limits);
            let slice = self.pace.slice(reading).await?;
            if self.version.is_some_and(|version| version != slice.version) {
                self.read_again(sql).await?;
                continue;
            }
            let mut found = slice.found;
            found.retain(|profile| profile.id.pk() <= place.until);
            self.place.left -= found.len() as i64;
            self.place.after = slice.next.unwrap_or(place.until);
            self.look(sql, &found).await?;
            return Ok(Some(found));
        }
    }

    /// Reads the condition by the definitions of the moment.
    async fn read_again(&mut self, sql: &impl Sql) -> Result<(), JobError> {
        let known = catalogue::load(sql, self.database).await?;
        let known = known.ok_or_else(gone)?;
        let request = Request::resume(&self.body, &self.columns, &known.schema());
        let request = request.map_err(refused)?;
        *self = Walk::new(&known, &request, &self.body, self.place);
        Ok(())
    }
}

/// The resource of a column that has only contacts which may be sent to.
fn asks(column: &Column) -> Option<ResourceId> {
    match column {
        Column::Contacts {
            resource,
            deliverable: true,
            ..
        } => Some(*resource),
        _ => None,
    }
}

/// The type and the side of a column that tells of relations.
fn relations_of(column: &Column) -> Option<(RelationTypeId, Side)> {
    match column {
        Column::Relations {
            relation_type,
            side,
            ..
        } => Some((*relation_type, *side)),
        _ => None,
    }
}

/// Whether a column tells of a subscription what isn't in it.
fn tells(column: &Column, one: &Subscription) -> bool {
    match column {
        Column::Subscriptions => true,
        Column::Contacts {
            resource,
            channel,
            deliverable,
            part,
            ..
        } => {
            let beside = matches!(
                part,
                ContactPart::LeftBy | ContactPart::LeftAt | ContactPart::Withheld
            );
            (*deliverable || beside)
                && *resource == one.resource
                && *channel == one.contact.channel()
        }
        _ => false,
    }
}

/// The database was deleted.
pub(super) fn gone() -> JobError {
    JobError::Failed(Code::NotFound, "The database is gone.".to_owned())
}

/// What was asked for no longer fits the database.
pub(super) fn refused(wrong: Vec<Invalid>) -> JobError {
    let wrong: Vec<String> = wrong.iter().map(Invalid::to_string).collect();
    JobError::Failed(Code::ValidationFailed, wrong.join(" "))
}
