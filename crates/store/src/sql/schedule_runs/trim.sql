-- Forgets all but the newest ?2 runs of the schedule ?1.
DELETE FROM schedule_runs
WHERE schedule_id = ?1
  AND ended_at IS NOT NULL
  AND id <= (
      SELECT id FROM schedule_runs WHERE schedule_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2 + 0
  );
