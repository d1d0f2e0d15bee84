-- The segment ?2 of the database ?1, packed like a page of one.
SELECT '[' || json_array(
           id, database_id, revision, created_at, updated_at, members, name, description, kind, json(rule), counted_at,
           refreshed_at, refresh_job
       ) || ']'
FROM segments
WHERE id = ?2 AND database_id = ?1;
