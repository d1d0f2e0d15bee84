-- New settings.
UPDATE relation_types
SET name = ?2, settings = ?3, updated_at = ?4, revision = revision + 1
WHERE id = ?1
RETURNING revision;
