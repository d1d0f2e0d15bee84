-- What happened in the database ?1, oldest first: looks at no more than ?3 entries of history after ?2, and gives the
-- events from ?4 to before ?5 (texts) of the types ?6 (JSON, or NULL for all), by type, by whether the profile was in the
-- control group then, and by profile: [[type, in the group, profile, how many, sum of value], …]. And the last
-- entry that was looked at, if there may be more.
WITH looked AS MATERIALIZED (
    SELECT id
    FROM history INDEXED BY history_by_database
    WHERE database_id = ?1 AND id > ?2
    ORDER BY id
    LIMIT ?3 + 0
),
happened AS MATERIALIZED (
    SELECT entry.profile AS profile,
           entry.about ->> 'event' AS type,
           CAST(round(unixepoch(entry.about ->> 'at', 'subsec') * 1000) AS INTEGER) AS at,
           CASE WHEN json_type(entry.about, '$.data.value') IN ('integer', 'real')
                THEN entry.about ->> '$.data.value'
           END AS value
    FROM looked
    CROSS JOIN history AS entry ON entry.id = looked.id
    WHERE entry.kind = 'profile.event'
      AND entry.profile > 0
      AND entry.about ->> 'at' >= ?4
      AND entry.about ->> 'at' < ?5
      AND (?6 IS NULL OR entry.about ->> 'event' IN (SELECT value FROM json_each(?6)))
)
SELECT (
           SELECT json_group_array(json_array(type, is_in, profile, events, value))
           FROM (
               SELECT type, is_in, profile, count(*) AS events, total(value) AS value
               FROM (
                   SELECT type,
                          profile,
                          value,
                          EXISTS (
                              SELECT 1
                              FROM control_sets AS sets
                              CROSS JOIN control_members AS stay
                                  ON stay.set_id = sets.id
                                 AND stay.profile = happened.profile
                              WHERE sets.database_id = ?1
                                AND sets.started_at <= happened.at
                                AND (sets.ended_at IS NULL OR sets.ended_at > happened.at)
                                AND stay.entered_at <= happened.at
                                AND (stay.left_at IS NULL OR stay.left_at > happened.at)
                          ) AS is_in
                   FROM happened
               )
               GROUP BY type, is_in, profile
           )
       ),
       (SELECT CASE WHEN count(*) >= ?3 THEN max(id) END FROM looked);
