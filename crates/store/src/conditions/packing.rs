//! Whole profiles of a selection, or as much of them as says whether they can be reached.

use roster_model::profile::Profile;

use super::{Limits, Selection, Slice, first, slice};
use crate::packed::profiles;
use crate::{Error, Row, Sql};

/// A profile as [`Selection::reachable`] gives it.
const REACHABLE: &str = "SELECT '[' || q.pk || ',' || q.database_id || ',1,' || q.status || ',0,0,'
                || '{\"email\":' || coalesce(q.data -> '$.email', 'null')
                || ',\"phones\":' || coalesce(q.data -> '$.phones', 'null') || '},'
                || coalesce((
                       SELECT '[' || group_concat(body) || ']'
                       FROM subscriptions
                       WHERE subscriptions.profile = q.pk AND subscriptions.deleted = 0
                   ), '[]')
                || ',' || q.status_by || ',[' || coalesce((
                       SELECT stay.entered_at
                       FROM control_in_force AS stay
                       WHERE stay.database_id = q.database_id AND stay.profile = q.pk AND stay.left_at IS NULL
                   ), 'null') || ',0,null],' || coalesce(q.former_keys, '[]') || ']'
            FROM profiles AS q WHERE q.pk = met.pk";

impl Selection {
    /// The next profiles after a key (0 to begin with), in order of creation.
    ///
    /// # Errors
    /// As [`Sql::query`].
    pub async fn profiles(
        &self,
        sql: &impl Sql,
        after: i64,
        limits: Limits,
    ) -> Result<Slice<Vec<Profile>>, Error> {
        let packed = "SELECT packed FROM packed_profiles WHERE packed_profiles.pk = met.pk";
        let bounds = [self.look(limits), limits.take, limits.bytes];
        let row = self.run(sql, &self.packing(packed), after, &bounds).await?;
        whole(row)
    }

    /// The next profiles, as far as what stands against their contacts depends on
    /// them: status, address, numbers and live subscriptions.
    ///
    /// # Errors
    /// As [`Sql::query`].
    pub(crate) async fn reachable(
        &self,
        sql: &impl Sql,
        after: i64,
        limits: Limits,
    ) -> Result<Slice<Vec<Profile>>, Error> {
        let bounds = [self.look(limits), limits.take, limits.bytes];
        let statement = self.packing(REACHABLE);
        whole(self.run(sql, &statement, after, &bounds).await?)
    }

    /// The same of a selection that SQL alone can decide.
    pub(super) async fn possibly_reachable(
        &self,
        sql: &impl Sql,
        after: i64,
        limits: Limits,
    ) -> Result<Slice<Vec<Profile>>, Error> {
        let bounds = [self.look(limits), limits.take, limits.bytes];
        let parameters = self.bound(after, &bounds);
        whole(first(sql, &self.packing(REACHABLE), parameters).await?)
    }

    /// The statement that gives the next profiles, each as `packed` says.
    fn packing(&self, packed: &str) -> String {
        let size = "octet_length(p.data) + coalesce((
            SELECT sum(octet_length(body)) FROM subscriptions WHERE subscriptions.profile = p.pk
        ), 0)";
        let [look, take, bytes] = self.numbers();
        let met = self.taken(&format!("p.pk, {size} AS size"), look, take);
        let end = self.end(look);
        let kept = format!("FILTER (WHERE before < ?{bytes})");
        format!(
            "SELECT '[' || group_concat(({packed})) {kept} || ']',
                    CASE
                        WHEN count(*) {kept} < count(*) OR count(*) >= ?{take} THEN max(pk) {kept}
                        ELSE {end}
                    END,
                    (SELECT version FROM catalogue)
             FROM (SELECT pk, sum(size) OVER (ORDER BY pk) - size AS before FROM ({met})) AS met"
        )
    }
}

/// A row with profiles.
fn whole(mut row: Row) -> Result<Slice<Vec<Profile>>, Error> {
    let mut found = match row.optional_text(0)? {
        Some(text) => profiles(&text)?,
        None => Vec::new(),
    };
    found.sort_unstable_by_key(|profile| profile.id);
    slice(&row, found)
}
