-- What was merged in a database.
DELETE FROM merges WHERE database_id = ?1;
