-- The import settings of the database ?1 with the name ?2.
SELECT name, revision, created_at, updated_at, settings
FROM import_settings
WHERE database_id = ?1 AND name = ?2;
