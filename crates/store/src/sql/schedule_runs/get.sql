-- The run ?1.
SELECT id, schedule_id, due_at, started_at, ended_at, state, job_id, tries, next_try_at, detail
FROM schedule_runs
WHERE id = ?1;
