-- The run of the schedule ?1 that waits for a try is due at ?2, if it wasn't sooner.
UPDATE schedule_runs
SET next_try_at = min(next_try_at, ?2)
WHERE schedule_id = ?1 AND ended_at IS NULL AND state = 'waiting'
RETURNING id;
