-- A page of webhooks in order of creation: at most ?3 after the one that was made at ?1
-- and has the id ?2, only those of the databases ?4 (JSON) if given.
SELECT id, database_id, name, revision, created_at, updated_at, definition, secrets
FROM hooks
WHERE (created_at, id) > (?1, ?2)
  AND (?4 IS NULL OR database_id IN (SELECT value FROM json_each(?4)))
ORDER BY created_at, id
LIMIT ?3 + 0;
