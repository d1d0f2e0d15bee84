-- New settings.
UPDATE segments
SET name = ?2, description = ?3, updated_at = ?4, revision = revision + 1
WHERE id = ?1
RETURNING revision;
