-- A page of the segments of the database ?1 in order of creation: at most ?3 after the one
-- with id ?2; packed.
SELECT '[' || group_concat(
           json_array(
               id, database_id, revision, created_at, updated_at, members, name, description, kind, json(rule), counted_at,
               refreshed_at, refresh_job
           )
       ) || ']'
FROM (
    SELECT *
    FROM segments
    WHERE database_id = ?1 AND id > ?2
    ORDER BY id
    LIMIT ?3 + 0
);
