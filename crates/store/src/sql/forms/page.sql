-- The forms after the one with id ?1, of the databases ?2 (JSON, or NULL for all), at most ?3.
SELECT id, database_id, revision, created_at, updated_at, definition
FROM forms
WHERE id > ?1
  AND (?2 IS NULL OR database_id IN (SELECT value FROM json_each(?2)))
ORDER BY id
LIMIT ?3 + 0;
