-- Whom events of the message ?1 concern, in each of the databases ?2 (JSON; all if NULL) that has some: the first and
-- the last profile, and of the first one the resource and the channel that its events name.
WITH found AS MATERIALIZED (
    SELECT databases.id AS database_id,
           (
               SELECT profile
               FROM history INDEXED BY history_messages
               WHERE kind = 'profile.event'
                 AND about ->> 'message_id' IS NOT NULL
                 AND about ->> 'message_id' = ?1
                 AND database_id = databases.id
                 AND profile > 0
               ORDER BY profile
               LIMIT 1
           ) AS first,
           (
               SELECT profile
               FROM history INDEXED BY history_messages
               WHERE kind = 'profile.event'
                 AND about ->> 'message_id' IS NOT NULL
                 AND about ->> 'message_id' = ?1
                 AND database_id = databases.id
                 AND profile > 0
               ORDER BY profile DESC
               LIMIT 1
           ) AS last
    FROM databases
    WHERE ?2 IS NULL OR databases.id IN (SELECT value FROM json_each(?2))
)
SELECT found.database_id,
       found.first,
       found.last,
       max(CAST(event.about ->> 'resource_id' AS INTEGER)),
       max(event.about ->> 'channel')
FROM found
CROSS JOIN history AS event INDEXED BY history_messages
    ON event.kind = 'profile.event'
   AND event.about ->> 'message_id' IS NOT NULL
   AND event.about ->> 'message_id' = ?1
   AND event.database_id = found.database_id
   AND event.profile = found.first
GROUP BY found.database_id;
