-- The form ?1.
SELECT id, database_id, revision, created_at, updated_at, definition
FROM forms
WHERE id = ?1;
