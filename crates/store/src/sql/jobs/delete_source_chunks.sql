-- What was unpacked from the uploads of the job ?1.
DELETE FROM job_chunks
WHERE job_id = ?1
  AND file IN (SELECT file FROM job_files WHERE job_id = ?1 AND role = 'source');
