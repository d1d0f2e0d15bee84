-- Takes the profile ?2 out of what jobs of the database ?1 did.
UPDATE job_results
SET results = (
        SELECT json_group_array(json(value))
        FROM json_each(results)
        WHERE value ->> 0 <> ?2
    )
WHERE job_id IN (SELECT id FROM jobs INDEXED BY jobs_by_database WHERE database_id = ?1)
  AND instr(results, '[' || ?2 || ',') > 0;
