-- One field's values (path ?4) among the ?3 profiles of a database after the one
-- with key ?2, no more once the values have ?5 bytes: [[pk, value], …] of those
-- that have one, the key to go on after (NULL if there is nothing more), and the
-- version of the definitions.
SELECT '[' || group_concat('[' || pk || ',' || value || ']') FILTER (WHERE before < ?5 AND value IS NOT NULL) || ']',
       CASE
           WHEN count(*) >= ?3 OR count(*) FILTER (WHERE before < ?5) < count(*)
           THEN max(pk) FILTER (WHERE before < ?5)
       END,
       (SELECT version FROM catalogue)
FROM (
    SELECT pk, value, sum(size) OVER (ORDER BY pk ROWS UNBOUNDED PRECEDING) - size AS before
    FROM (
        SELECT pk, value, coalesce(octet_length(value), 0) AS size
        FROM (
            SELECT pk, data -> ?4 AS value
            FROM profiles INDEXED BY profiles_by_database
            WHERE database_id = ?1 AND pk > ?2
            ORDER BY pk
            LIMIT ?3 + 0
        )
    )
);
