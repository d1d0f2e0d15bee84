//! Passing over the profiles that are asked for, in order of their keys.

use super::Request;
use roster_model::{DatabaseId, Profile};
use roster_store::exports::{self, Stretch};
use roster_store::{Error, Sql};
use serde::{Deserialize, Serialize};

/// How many profiles are read at once, and how many bytes they may have as they
/// are stored, but for the last of them.
const PAGE: i64 = 1000;
const PAGE_BYTES: i64 = 1024 * 1024;

/// A place among the profiles of a database, up to the newest that there was at
/// the start.
///
/// A profile's key never changes, and new ones are greater than all before. So
/// every profile that was there at the start, and still is when its turn
/// comes, is met exactly once, whatever else happens meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walk {
    database: DatabaseId,
    /// The last key that was passed.
    after: i64,
    /// The newest key at the start.
    until: i64,
    /// How many more may come.
    left: i64,
}

impl Walk {
    /// The place before the first profile.
    ///
    /// # Errors
    /// As [`Sql::query`].
    pub async fn start(
        sql: &impl Sql,
        database: DatabaseId,
        request: &Request,
    ) -> Result<Self, Error> {
        Ok(Walk {
            database,
            after: 0,
            until: exports::newest(sql, database).await?,
            left: request.limit.unwrap_or(i64::MAX),
        })
    }

    /// The next profiles; none at the end.
    ///
    /// # Errors
    /// As [`Sql::query`].
    pub async fn next(
        &mut self,
        sql: &impl Sql,
        request: &Request,
    ) -> Result<Option<Vec<Profile>>, Error> {
        let limit = PAGE.min(self.left);
        if limit <= 0 || self.after >= self.until {
            return Ok(None);
        }
        let stretch = Stretch {
            after: self.after,
            until: self.until,
            limit,
        };
        let keys = match request.segment {
            Some(segment) => exports::of_segment(sql, segment, stretch).await?,
            None => exports::of_database(sql, self.database, stretch).await?,
        };
        let Some(last) = keys.last() else {
            return Ok(None);
        };
        let found = exports::whole(sql, self.database, &keys, PAGE_BYTES).await?;
        self.after = found.more_after.unwrap_or(*last);
        self.left -= found.profiles.len() as i64;
        Ok(Some(found.profiles))
    }
}
