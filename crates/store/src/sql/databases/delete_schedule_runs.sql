-- What is told of the runs of a database's schedules.
DELETE FROM schedule_runs
WHERE schedule_id IN (SELECT id FROM schedules WHERE database_id = ?1);
