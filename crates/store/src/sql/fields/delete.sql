-- Takes a field out of a database.
DELETE FROM fields WHERE database_id = ?1 AND id = ?2;
