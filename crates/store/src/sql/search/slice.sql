-- One field's values (path ?1; NULL for the global status) among the ?3 profiles
-- before key ?2, those of the databases ?4 (JSON), no more once the values have ?5
-- bytes: [[pk, database, value], …], the key to go on before (NULL if there is
-- nothing more), the version of the definitions.
SELECT '[' || group_concat('[' || pk || ',' || database_id || ',' || value || ']')
           FILTER (WHERE before < ?5
                     AND value IS NOT NULL
                     AND database_id IN (SELECT value FROM json_each(?4))) || ']',
       CASE
           WHEN count(*) >= ?3 OR count(*) FILTER (WHERE before < ?5) < count(*)
           THEN min(pk) FILTER (WHERE before < ?5)
       END,
       (SELECT version FROM catalogue)
FROM (
    SELECT pk,
           database_id,
           value,
           sum(size) OVER (ORDER BY pk DESC ROWS UNBOUNDED PRECEDING) - size AS before
    FROM (
        SELECT pk, database_id, value, coalesce(octet_length(value), 0) AS size
        FROM (
            SELECT pk, database_id, iif(?1 IS NULL, status, data -> ?1) AS value
            FROM profiles
            WHERE pk < ?2
            ORDER BY pk DESC
            LIMIT ?3 + 0
        )
    )
);
