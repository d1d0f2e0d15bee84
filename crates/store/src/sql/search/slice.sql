-- One field's values (path ?1; NULL for the global status) among the ?3 profiles
-- before key ?2, those of the databases ?4 (JSON): [[pk, database, value], …],
-- the number of profiles passed, the last key, the version of the definitions.
SELECT '[' || group_concat('[' || pk || ',' || database_id || ',' || value || ']')
           FILTER (WHERE value IS NOT NULL
                     AND database_id IN (SELECT value FROM json_each(?4))) || ']',
       count(*),
       min(pk),
       (SELECT version FROM catalogue)
FROM (
    SELECT pk, database_id, iif(?1 IS NULL, status, data -> ?1) AS value
    FROM profiles
    WHERE pk < ?2
    ORDER BY pk DESC
    LIMIT ?3 + 0
);
