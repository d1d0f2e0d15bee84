-- The jobs of the database ?1 that have rows to report.
SELECT json_group_array(id)
FROM jobs INDEXED BY jobs_by_database
WHERE database_id = ?1
  AND EXISTS (SELECT 1 FROM job_failures WHERE job_failures.job_id = jobs.id);
