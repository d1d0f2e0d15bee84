-- Profiles of the database ?1 that share a match key of the kind ?2 after the value ?3, or have it as a key of another
-- kind ?4 (JSON): those found in the next ?5 keys of the kind, each with how many there are and the first ?6 of them;
-- the value that was come to, none at the end; and the version of the definitions.
WITH looked AS MATERIALIZED (
    SELECT value
    FROM match_keys
    WHERE database_id = ?1 AND kind = ?2 AND value > ?3
    ORDER BY value, slot
    LIMIT ?5 + 0
)
SELECT (
           SELECT json_group_array(json_array(value, holders, json(some)))
           FROM (
               SELECT each_value.value,
                      (
                          SELECT count(*)
                          FROM (
                              SELECT held.profile
                              FROM json_each(?4) AS kinds
                              CROSS JOIN match_keys AS held
                                  ON held.database_id = ?1
                                 AND held.kind = kinds.value
                                 AND held.value = each_value.value
                              GROUP BY held.profile
                              LIMIT 1001
                          )
                      ) AS holders,
                      (
                          SELECT json_group_array(profile)
                          FROM (
                              SELECT held.profile
                              FROM json_each(?4) AS kinds
                              CROSS JOIN match_keys AS held
                                  ON held.database_id = ?1
                                 AND held.kind = kinds.value
                                 AND held.value = each_value.value
                              GROUP BY held.profile
                              LIMIT ?6 + 0
                          )
                      ) AS some
               FROM (SELECT DISTINCT value FROM looked) AS each_value
               WHERE NOT EXISTS (
                   SELECT 1
                   FROM json_each(?4) AS kinds
                   CROSS JOIN match_keys AS earlier
                       ON earlier.database_id = ?1
                      AND earlier.kind = kinds.value
                      AND earlier.value = each_value.value
                   WHERE kinds.value < ?2
               )
           )
           WHERE holders > 1
       ),
       (SELECT CASE WHEN count(*) = ?5 THEN max(value) END FROM looked),
       (SELECT version FROM catalogue);
