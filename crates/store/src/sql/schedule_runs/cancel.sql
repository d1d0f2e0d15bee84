-- Ends the run ?1 at ?2, if it waits or is being fetched.
UPDATE schedule_runs
SET state = 'cancelled', ended_at = ?2, next_try_at = NULL
WHERE id = ?1 AND ended_at IS NULL AND state IN ('waiting', 'fetching')
RETURNING id;
