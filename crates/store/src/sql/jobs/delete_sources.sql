-- The files that were unpacked from the uploads of the job ?1.
DELETE FROM job_files
WHERE job_id = ?1 AND role = 'source';
