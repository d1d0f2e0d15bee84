-- Jobs of the database ?1 that still have files to read: [[id, kind, name, state], …].
SELECT json_group_array(json_array(id, kind, name, state))
FROM jobs INDEXED BY jobs_by_database
WHERE database_id = ?1
  AND kind <> 'export'
  AND state NOT IN ('completed', 'failed', 'cancelled')
  AND EXISTS (SELECT 1 FROM job_files WHERE job_files.job_id = jobs.id);
