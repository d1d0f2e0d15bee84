-- Turns the run ?1 from the state ?3 to ?4, if it is at its try ?2 still.
UPDATE schedule_runs
SET state = ?4, ended_at = ?5, job_id = coalesce(?6, job_id), next_try_at = ?7, detail = ?8
WHERE id = ?1 AND tries = ?2 AND state = ?3 AND ended_at IS NULL
RETURNING id;
