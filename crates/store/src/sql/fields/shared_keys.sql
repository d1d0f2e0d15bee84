-- How many profiles share a match key of the kind ?2 in the database ?1 with
-- another one, and ten of them with their value at the path ?3.
WITH shared AS (
    SELECT held.profile AS pk, row_number() OVER (ORDER BY held.value, held.slot) AS place
    FROM (
        SELECT value
        FROM match_keys
        WHERE database_id = ?1 AND kind = ?2
        GROUP BY value
        HAVING count(*) > 1
    ) AS twice
    CROSS JOIN match_keys AS held
        ON held.database_id = ?1 AND held.kind = ?2 AND held.value = twice.value
)
SELECT count(DISTINCT pk), (
           SELECT json_group_array(json_array(profiles.pk, json(profiles.data -> ?3)))
           FROM shared
           CROSS JOIN profiles ON profiles.pk = shared.pk
           WHERE shared.place <= 10
       )
FROM shared;
