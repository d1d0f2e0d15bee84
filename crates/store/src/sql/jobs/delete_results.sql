-- What became of the profiles of the jobs ?1 (JSON).
DELETE FROM job_results
WHERE job_id IN (SELECT value FROM json_each(?1));
