-- Forgets the import settings of the database ?1 with the name ?2.
DELETE FROM import_settings WHERE database_id = ?1 AND name = ?2;
