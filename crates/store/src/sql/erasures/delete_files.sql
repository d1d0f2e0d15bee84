-- The files whose bytes delete_chunks.sql removes.
DELETE FROM job_files
WHERE job_id IN (
    SELECT id
    FROM jobs INDEXED BY jobs_by_database
    WHERE database_id = ?1 AND (kind = 'export' OR state IN ('completed', 'failed', 'cancelled'))
);
