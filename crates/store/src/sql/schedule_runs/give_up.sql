-- Ends the runs of the schedule ?1 that wait to be tried again.
UPDATE schedule_runs
SET state = 'cancelled', ended_at = ?2, next_try_at = NULL
WHERE schedule_id = ?1 AND ended_at IS NULL AND state = 'waiting';
