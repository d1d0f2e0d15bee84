-- Up to which profile the next ?3 subscriptions to the resource ?1 behind the profile ?2 go (none
-- to the last), and those of them, in the databases ?4 (JSON), by which messages may be sent at ?5
-- as far as their own status and the profile's say: [[database, channel, status, contact, in the control group], …].
-- Nobody's suspension that is over stands for one.
SELECT until,
       (
           SELECT json_group_array(json_array(
                      one.database_id,
                      one.channel,
                      CASE one.status WHEN 4 THEN 4 ELSE 0 END,
                      one.body -> '$.k',
                      EXISTS (
                          SELECT 1
                          FROM control_in_force AS stay
                          WHERE stay.database_id = one.database_id
                            AND stay.profile = one.profile
                            AND stay.left_at IS NULL
                      )
                  ))
           FROM subscriptions AS one INDEXED BY subscriptions_by_resource
           CROSS JOIN profiles ON profiles.pk = one.profile
           WHERE one.resource_id = ?1
             AND one.profile > ?2
             AND one.profile <= coalesce(until, 9223372036854775807)
             AND one.deleted = 0
             AND (one.status IN (0, 4) OR (one.status = 5 AND one.wakes_at <= ?5))
             AND one.database_id IN (SELECT value FROM json_each(?4))
             AND profiles.status = 0
       )
FROM (
    SELECT (
        SELECT profile
        FROM subscriptions INDEXED BY subscriptions_by_resource
        WHERE resource_id = ?1 AND profile > ?2
        ORDER BY profile
        LIMIT 1 OFFSET ?3 + 0
    ) AS until
);
