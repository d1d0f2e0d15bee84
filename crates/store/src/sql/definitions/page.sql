-- The definitions of the kind ?1 in the database ?2 after the one with id ?3, at most ?4, and whether there is such a database.
SELECT json_group_array(json_array(id, revision, created_at, updated_at, settings)),
    EXISTS (SELECT 1 FROM databases WHERE databases.id = ?2)
FROM (
    SELECT id, revision, created_at, updated_at, settings
    FROM definitions
    WHERE noun = ?1
      AND database_id = ?2
      AND id > ?3
    ORDER BY id
    LIMIT ?4 + 0
);
