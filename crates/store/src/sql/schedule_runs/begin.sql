-- Begins the run of the schedule ?1 that was due at ?2, unless another goes on. Unless
-- ?4, which is a run by hand, it must be the schedule's next and not have been before.
INSERT INTO schedule_runs (schedule_id, due_at, started_at, state, next_try_at, detail)
SELECT id, ?2, ?3, 'waiting', ?3, ?5
FROM schedules
WHERE id = ?1
  AND (?4 OR (enabled = 1 AND next_run_at = ?2))
  AND NOT EXISTS (
      SELECT 1
      FROM schedule_runs
      WHERE schedule_id = ?1 AND (ended_at IS NULL OR (due_at = ?2 AND NOT ?4))
  )
RETURNING id;
