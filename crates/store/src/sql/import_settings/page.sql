-- The saved import settings of the database ?1 whose names come after ?2, by name, at most ?3.
SELECT name, revision, created_at, updated_at, settings
FROM import_settings
WHERE database_id = ?1 AND name > ?2
ORDER BY name
LIMIT ?3 + 0;
