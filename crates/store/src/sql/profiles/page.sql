-- A page of a database in order of creation: at most ?3 profiles after the one
-- with key ?2, packed as one JSON text (a row of its own for each would cost
-- the host a hop each); and the version of the definitions.
SELECT (
    SELECT '[' || group_concat(
        '[' || pk || ',' || database_id || ',' || revision || ',' || status || ','
            || created_at || ',' || updated_at || ',' || data || ','
            || coalesce((
                   SELECT '[' || group_concat(body) || ']'
                   FROM subscriptions
                   WHERE subscriptions.profile = pk
               ), '[]')
            || ']') || ']'
    FROM (
        SELECT *
        FROM profiles INDEXED BY profiles_by_database
        WHERE database_id = ?1 AND pk > ?2
        ORDER BY pk
        LIMIT ?3
    )
),
(SELECT version FROM catalogue);
