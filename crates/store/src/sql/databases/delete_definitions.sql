-- Deletes the definitions of the database ?1 that have no table of their own.
DELETE FROM definitions
WHERE database_id = ?1;
