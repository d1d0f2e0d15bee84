-- Replaces the details of the run ?1, which is over, by ?2.
UPDATE schedule_runs
SET detail = ?2
WHERE id = ?1 AND ended_at IS NOT NULL;
