-- The try ?2 of the run ?1 still goes on, until ?3 at least.
UPDATE schedule_runs
SET next_try_at = ?3
WHERE id = ?1 AND tries = ?2 AND state = 'fetching' AND ended_at IS NULL
RETURNING id;
