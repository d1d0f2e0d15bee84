-- Sets the next run of the schedule ?1 to ?3, if it is still ?2 and that run was made.
UPDATE schedules
SET next_run_at = ?3
WHERE id = ?1
  AND next_run_at = ?2
  AND EXISTS (SELECT 1 FROM schedule_runs WHERE schedule_id = ?1 AND due_at = ?2);
