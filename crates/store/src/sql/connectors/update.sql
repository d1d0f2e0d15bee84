-- New settings and secret.
UPDATE connectors
SET name = ?2, definition = ?3, secret = ?4, updated_at = ?5, revision = revision + 1
WHERE id = ?1
RETURNING revision;
