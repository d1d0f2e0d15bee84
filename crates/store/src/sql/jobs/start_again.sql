-- Puts the job ?1, of which a dry run is over, into the queue with its settings, as long as its file is kept. Who
-- still works on the dry run can't write another step. It speaks for all databases as where it is started first.
UPDATE jobs
SET state = 'queued',
    settings = ?2,
    progress = ?3,
    problem = NULL,
    step = step + 1,
    holder = NULL,
    leased_until = 0,
    started_at = NULL,
    ended_at = NULL,
    updated_at = ?4,
    expires_at = NULL,
    speaks_for_all = speaks_for_all AND ?5
WHERE id = ?1
  AND state IN ('completed', 'failed', 'cancelled')
  AND settings ->> '$.dry_run'
  AND EXISTS (SELECT 1 FROM job_files WHERE job_id = jobs.id)
RETURNING id;
