-- The segments of a database.
DELETE FROM segments WHERE database_id = ?1;
