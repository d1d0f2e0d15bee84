-- The definition ?3 of the kind ?1 in the database ?2.
SELECT id, revision, created_at, updated_at, settings
FROM definitions
WHERE id = ?3
  AND noun = ?1
  AND database_id = ?2;
