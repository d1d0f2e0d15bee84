-- The run of the schedule ?1 that waits for another try after ?2 is due then.
UPDATE schedule_runs
SET next_try_at = ?2
WHERE schedule_id = ?1 AND ended_at IS NULL AND state = 'waiting' AND next_try_at > ?2
RETURNING id;
