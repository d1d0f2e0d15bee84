-- The jobs of the database ?1 that did something to the profile ?2: [[id, kind, name, created_at], …].
SELECT json_group_array(json_array(id, kind, name, created_at))
FROM jobs INDEXED BY jobs_by_database
WHERE database_id = ?1
  AND EXISTS (
      SELECT 1
      FROM job_results
      WHERE job_results.job_id = jobs.id AND instr(results, '[' || ?2 || ',') > 0
  );
