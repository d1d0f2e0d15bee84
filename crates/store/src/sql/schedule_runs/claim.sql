-- Takes the next try of the run ?1, if it is due at ?2; it is lost unless it is heard of until ?3.
UPDATE schedule_runs
SET state = 'fetching', tries = tries + 1, next_try_at = ?3
WHERE id = ?1 AND ended_at IS NULL AND state IN ('waiting', 'fetching') AND next_try_at <= ?2
RETURNING id, schedule_id, due_at, started_at, ended_at, state, job_id, tries, next_try_at, detail;
