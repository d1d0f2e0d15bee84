-- What is told of a database's profiles; what is told of itself stays.
DELETE FROM history WHERE database_id = ?1 AND profile <> 0;
