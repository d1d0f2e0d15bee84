-- The piece of the file ?2 of the job ?1 in which the byte ?3 lies: where it begins, and its bytes.
SELECT begins, bytes
FROM job_chunks
WHERE job_id = ?1 AND file = ?2 AND begins <= ?3
ORDER BY begins DESC
LIMIT 1;
