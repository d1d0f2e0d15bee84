-- The runs of the schedule ?1 before the one with id ?2, newest first, at most ?3.
SELECT id, schedule_id, due_at, started_at, ended_at, state, job_id, tries, next_try_at, detail
FROM schedule_runs
WHERE schedule_id = ?1 AND id < ?2
ORDER BY id DESC
LIMIT ?3 + 0;
