-- The run ?1, which is at its try ?2, has no import.
UPDATE schedule_runs
SET job_id = NULL
WHERE id = ?1 AND tries = ?2 AND ended_at IS NULL;
