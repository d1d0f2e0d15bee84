-- The counters of a database.
DELETE FROM profile_counts WHERE database_id = ?1;
