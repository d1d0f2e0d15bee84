-- What there is, and what goes on, at a glance; of the databases ?1 (JSON) only, if given, and of days from ?2
-- (counted from 1970-01-01) of the databases ?3 (JSON) only, if given. Jobs are of the kinds ?4 (JSON); those that
-- failed, wholly or in part, less the rows that others mended, ended after ?5, which goes for deliveries too. Messages are counted if ?6, deliveries if ?7.
WITH mended AS MATERIALIZED (
    SELECT CAST(settings ->> '$.mends' AS INTEGER) AS import, sum(progress ->> '$.counts.read') AS done
    FROM jobs
    WHERE id > (SELECT max(id) FROM jobs) - 1000
      AND state = 'completed'
      AND kind = 'import'
      AND settings ->> '$.mends' IS NOT NULL
      AND coalesce(settings ->> '$.dry_run', 0) = 0
    GROUP BY 1
)
SELECT (
           SELECT json_group_array(json_array(
                      id,
                      name,
                      (
                          SELECT json_group_array(json_array(status, count))
                          FROM profile_counts
                          WHERE profile_counts.database_id = databases.id AND count > 0
                      ),
                      (
                          SELECT control_sets.members
                          FROM control_groups
                          CROSS JOIN control_sets ON control_sets.id = control_groups.set_id
                          WHERE control_groups.database_id = databases.id
                      )
                  ))
           FROM databases
           WHERE ?1 IS NULL OR id IN (SELECT value FROM json_each(?1))
       ),
       (
           SELECT json_group_array(json_array(day, what, total))
           FROM (
               SELECT day, what, sum(count) AS total
               FROM databases
               CROSS JOIN day_counts ON day_counts.database_id = databases.id AND day >= ?2
               WHERE (?1 IS NULL OR id IN (SELECT value FROM json_each(?1)))
                 AND (?3 IS NULL OR id IN (SELECT value FROM json_each(?3)))
               GROUP BY day, what
           )
       ),
       (
           SELECT json_group_array(json_array(resources.id, resources.name, channel, status, total))
           FROM (
               SELECT resource_id, channel, status, sum(count) AS total
               FROM subscription_counts
               WHERE count > 0 AND (?1 IS NULL OR database_id IN (SELECT value FROM json_each(?1)))
               GROUP BY resource_id, channel, status
           )
           CROSS JOIN resources ON resources.id = resource_id
       ),
       (
           SELECT json_group_array(json_array(
                      id, kind, database_id, name, state, actor, created_at, ended_at, phase, done, total, failed
                  ))
           FROM (
               SELECT id,
                      kind,
                      database_id,
                      name,
                      state,
                      actor,
                      created_at,
                      ended_at,
                      coalesce(progress ->> '$.phase', '') AS phase,
                      coalesce(progress ->> '$.done', 0) AS done,
                      coalesce(progress ->> '$.total', 0) AS total,
                      coalesce(progress ->> '$.counts.failed', 0) - coalesce(mended.done, 0) AS failed
               FROM jobs
               LEFT JOIN mended ON mended.import = jobs.id
               WHERE (
                         id > (SELECT max(id) FROM jobs) - 1000
                         OR id IN (SELECT id FROM jobs INDEXED BY jobs_due WHERE state IN ('queued', 'running'))
                     )
                 AND kind IN (SELECT value FROM json_each(?4))
                 AND (?1 IS NULL OR database_id IN (SELECT value FROM json_each(?1)))
                 AND (
                         state IN ('queued', 'running', 'paused')
                         OR (
                             ended_at > ?5
                             AND (
                                 (state = 'failed' AND mended.done IS NULL)
                                 OR (state = 'completed' AND progress ->> '$.counts.failed' > coalesce(mended.done, 0))
                             )
                         )
                     )
               ORDER BY id DESC
               LIMIT 50
           )
       ),
       (
           SELECT json_group_array(json_array(database_id, dead))
           FROM (
               SELECT database_id, count(*) AS dead
               FROM outbox INDEXED BY outbox_dead
               WHERE ?6 AND state = 'dead' AND (?1 IS NULL OR database_id IN (SELECT value FROM json_each(?1)))
               GROUP BY database_id
           )
       ),
       (
           SELECT json_group_array(json_array(id, database_id, name, failures, last))
           FROM (
               SELECT hooks.id AS id,
                      hooks.database_id AS database_id,
                      hooks.name AS name,
                      count(*) AS failures,
                      max(received_at) AS last
               FROM hooks
               CROSS JOIN deliveries INDEXED BY deliveries_failed
                   ON deliveries.hook_id = hooks.id
                  AND deliveries.outcome = 'failed'
                  AND deliveries.received_at > ?5
               WHERE ?7 AND (?1 IS NULL OR hooks.database_id IN (SELECT value FROM json_each(?1)))
               GROUP BY hooks.id
           )
       );
