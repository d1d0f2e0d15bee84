-- Exports of the database ?1 that are not over begin again, so that nobody who is gone stays in them.
UPDATE jobs
SET progress = '{}',
    step = step + 1,
    state = CASE WHEN state = 'paused' THEN 'paused' ELSE 'queued' END,
    updated_at = ?2,
    holder = NULL,
    leased_until = 0
WHERE id IN (SELECT id FROM jobs INDEXED BY jobs_by_database WHERE database_id = ?1 AND kind = 'export')
  AND state IN ('queued', 'running', 'paused');
