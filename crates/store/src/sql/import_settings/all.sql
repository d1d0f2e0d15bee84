-- The saved import settings of the database ?1, by name.
SELECT name, revision, created_at, updated_at, settings
FROM import_settings
WHERE database_id = ?1
ORDER BY name;
