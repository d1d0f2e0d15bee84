-- The scheduled imports of a database.
DELETE FROM schedules WHERE database_id = ?1;
