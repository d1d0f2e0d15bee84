-- New settings.
UPDATE watchers
SET name = ?2, definition = ?3, updated_at = ?4, revision = revision + 1
WHERE id = ?1
RETURNING revision;
