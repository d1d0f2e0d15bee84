-- All that is told of a database and its profiles.
DELETE FROM history WHERE database_id = ?1;
