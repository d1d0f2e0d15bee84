-- What became of the profiles of the job ?1 in the first step from ?2 on: the step, and [[pk, outcome], …].
SELECT step, results
FROM job_results
WHERE job_id = ?1 AND step >= ?2
ORDER BY step
LIMIT 1;
