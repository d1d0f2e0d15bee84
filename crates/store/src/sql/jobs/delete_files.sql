-- The files of the jobs ?1 (JSON).
DELETE FROM job_files
WHERE job_id IN (SELECT value FROM json_each(?1));
