-- A slice of the database ?1: at most ?3 profiles after the one with key ?2 and
-- at most about ?6 bytes of them. Of those with a value at the path ?4, packed:
-- key and value, where ?5 is 1 also all values and the subscriptions. Beside it
-- the last key of the slice.
SELECT '[' || group_concat(
           '[' || pk || ',' || value || ',' || CASE ?5 WHEN 1 THEN data ELSE 'null' END || ','
               || CASE ?5 WHEN 1 THEN coalesce((
                      SELECT '[' || group_concat(body) || ']'
                      FROM subscriptions
                      WHERE subscriptions.profile = pk
                  ), '[]') ELSE '[]' END
               || ']'
       ) FILTER (WHERE value IS NOT NULL) || ']',
       max(pk)
FROM (
    SELECT pk, data, data -> ?4 AS value
    FROM (
        SELECT pk, data, sum(octet_length(data)) OVER (ORDER BY pk) - octet_length(data) AS before
        FROM (
            SELECT pk, data
            FROM profiles INDEXED BY profiles_by_database
            WHERE database_id = ?1 AND pk > ?2
            ORDER BY pk
            LIMIT ?3 + 0
        )
    )
    WHERE before < ?6
);
