-- The import settings ?2 of the database ?1 are ?3, unless they are no more those with the revision ?4.
UPDATE import_settings
SET settings = ?3, revision = revision + 1, updated_at = ?5
WHERE database_id = ?1 AND name = ?2 AND revision = ?4
RETURNING 1;
