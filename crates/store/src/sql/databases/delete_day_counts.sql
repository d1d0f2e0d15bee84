-- What was counted of the days of a database.
DELETE FROM day_counts WHERE database_id = ?1;
