-- No more rows come for the imports of the schedule ?1 whose runs are in one of the states ?2
-- (JSON): what came is all.
UPDATE job_files
SET about = json_remove(about, '$.open')
WHERE file = 0
  AND about ->> '$.open'
  AND job_id IN (
      SELECT job_id
      FROM schedule_runs
      WHERE schedule_id = ?1 AND ended_at IS NULL AND state IN (SELECT value FROM json_each(?2))
  );
