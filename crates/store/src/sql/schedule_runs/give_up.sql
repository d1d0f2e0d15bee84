-- Ends the runs of the schedule ?1 that wait for a try; without ?3 only those that have read something.
UPDATE schedule_runs
SET state = 'cancelled', ended_at = ?2, next_try_at = NULL
WHERE schedule_id = ?1
  AND ended_at IS NULL
  AND state = 'waiting'
  AND (?3 OR job_id IS NOT NULL OR detail ->> '$.reached' IS NOT NULL);
