-- The webhook ?1.
SELECT id, database_id, name, revision, created_at, updated_at, definition, secrets
FROM hooks
WHERE id = ?1;
