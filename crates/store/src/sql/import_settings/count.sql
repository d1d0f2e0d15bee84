-- How many import settings the database ?1 keeps.
SELECT count(*) FROM import_settings WHERE database_id = ?1;
