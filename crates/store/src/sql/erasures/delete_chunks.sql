-- The bytes of files of the database ?1 that nothing is done with any more, and those of exports.
DELETE FROM job_chunks
WHERE job_id IN (
    SELECT id
    FROM jobs INDEXED BY jobs_by_database
    WHERE database_id = ?1 AND (kind = 'export' OR state IN ('completed', 'failed', 'cancelled'))
);
