-- One field's values (path ?4) among the ?3 profiles of a database after the one
-- with key ?2: [[pk, value], …] of those that have one, the number of profiles
-- passed, the last key, and the version of the definitions.
SELECT '[' || group_concat('[' || pk || ',' || value || ']') FILTER (WHERE value IS NOT NULL) || ']',
       count(*),
       max(pk),
       (SELECT version FROM catalogue)
FROM (
    SELECT pk, data -> ?4 AS value
    FROM profiles INDEXED BY profiles_by_database
    WHERE database_id = ?1 AND pk > ?2
    ORDER BY pk
    LIMIT ?3 + 0
);
