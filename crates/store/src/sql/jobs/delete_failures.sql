-- The refused rows of the jobs ?1 (JSON).
DELETE FROM job_failures
WHERE job_id IN (SELECT value FROM json_each(?1));
