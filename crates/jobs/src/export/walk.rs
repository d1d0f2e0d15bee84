//! Passing over the profiles that are asked for, in order of their keys.

use super::Request;
use crate::Why;
use roster_model::against::Sendable;
use roster_model::condition::{Moment, is_deliverable};
use roster_model::export::Column;
use roster_model::{DatabaseId, Invalid, Profile, Resource, ResourceId, Subscription, Timestamp};
use roster_store::against::{Asked, against};
use roster_store::catalogue::{self, Definitions};
use roster_store::conditions::{Limits, Selection};
use roster_store::pace::Pace;
use roster_store::{Sql, profiles};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How much one statement reads: profiles, bytes of them, and how many are
/// looked at for that.
const FIRST_LOOK: i64 = 2_000;
const LIMITS: Limits = Limits {
    take: 1000,
    look: 20_000,
    bytes: 1024 * 1024,
};

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
    ) -> Result<Self, Why> {
        Ok(Place {
            after: 0,
            until: profiles::newest(sql, database).await?,
            left: request.sought.limit.unwrap_or(i64::MAX),
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
    /// Which of the last profiles' subscriptions may be sent to.
    sendable: Sendable,
}

impl Walk {
    /// Goes on from a place with a request that was read from `body` by
    /// `known`.
    #[must_use]
    pub fn new(known: &Definitions, request: &Request, body: &Value, place: Place) -> Self {
        let sought = &request.sought;
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
            selection: Selection::new(database, &sought.condition, sought.range, &moment),
            version: (!sought.condition.is_everybody() || asks).then_some(known.version),
            place,
            pace: Pace::new(FIRST_LOOK, LIMITS.look),
            resources,
            sendable: Sendable::default(),
        }
    }

    /// Which subscriptions of the profiles that [`Walk::next`] gave may be sent to, of
    /// those that a column asks for.
    #[must_use]
    pub fn sendable(&self) -> &Sendable {
        &self.sendable
    }

    /// Finds out which of some profiles' subscriptions may be sent to now.
    async fn reach(&mut self, sql: &impl Sql, profiles: &[Profile]) -> Result<(), Why> {
        self.sendable = Sendable::default();
        if self.resources.is_empty() {
            return Ok(());
        }
        let now = Timestamp::from_ms(self.place.started);
        let meant = |one: &Subscription| {
            let mut columns = self.columns.iter();
            !one.deleted && columns.any(|column| is_of(column, one))
        };
        let mut asked = Asked::default();
        for profile in profiles {
            for one in profile.subscriptions.iter().filter(|one| meant(one)) {
                asked.subscription(one.resource, &one.contact);
            }
        }
        let against = against(sql, self.database, &asked).await?;
        let mut sendable = Sendable::default();
        for profile in profiles {
            for one in profile.subscriptions.iter().filter(|one| meant(one)) {
                let mut resources = self.resources.iter();
                let resource = resources.find(|resource| resource.id == one.resource);
                if resource.is_some_and(|resource| {
                    is_deliverable(profile, one, resource, None, &against, now)
                }) {
                    sendable.add(profile.id, one);
                }
            }
        }
        self.sendable = sendable;
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
    /// [`Why`] it can't go on: a change of the definitions may have taken away
    /// what the condition is about.
    pub async fn next(&mut self, sql: &impl Sql) -> Result<Option<Vec<Profile>>, Why> {
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
            self.reach(sql, &found).await?;
            return Ok(Some(found));
        }
    }

    /// Reads the condition by the definitions of the moment.
    async fn read_again(&mut self, sql: &impl Sql) -> Result<(), Why> {
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

/// Whether such a column is about a subscription.
fn is_of(column: &Column, one: &Subscription) -> bool {
    match column {
        Column::Contacts { channel, .. } => {
            asks(column) == Some(one.resource) && *channel == one.contact.channel()
        }
        _ => false,
    }
}

/// The database was deleted.
pub(super) fn gone() -> Why {
    Why::Failed("not_found", "The database is gone.".to_owned())
}

/// What was asked for no longer fits the database.
pub(super) fn refused(wrong: Vec<Invalid>) -> Why {
    let wrong: Vec<String> = wrong.iter().map(Invalid::to_string).collect();
    Why::Failed("validation_failed", wrong.join(" "))
}
