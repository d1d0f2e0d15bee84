-- The keys of a database that goes.
DELETE FROM app_keys WHERE database_id = ?1;
