-- The import settings that a database keeps.
DELETE FROM import_settings WHERE database_id = ?1;
