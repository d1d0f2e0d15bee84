-- How many schedules the database ?1 has.
SELECT count(*) FROM schedules WHERE database_id = ?1;
