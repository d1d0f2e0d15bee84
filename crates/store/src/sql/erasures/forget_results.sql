-- Takes the profiles ?2 (JSON) out of what jobs of the database ?1 did.
UPDATE job_results
SET results = (
        SELECT json_group_array(json(one.value))
        FROM json_each(job_results.results) AS one
        WHERE one.value ->> 0 NOT IN (SELECT gone.value FROM json_each(?2) AS gone)
    ),
    entered = (
        SELECT json_group_array(json(one.value))
        FROM json_each(job_results.entered) AS one
        WHERE one.value ->> 1 NOT IN (SELECT gone.value FROM json_each(?2) AS gone)
    ),
    went = (
        SELECT json_group_array(json(one.value))
        FROM json_each(job_results.went) AS one
        WHERE one.value ->> 1 NOT IN (SELECT gone.value FROM json_each(?2) AS gone)
    )
WHERE job_id IN (SELECT id FROM jobs INDEXED BY jobs_by_database WHERE database_id = ?1)
  AND EXISTS (
      SELECT 1
      FROM json_each(?2) AS gone
      WHERE instr(results, '[' || gone.value || ',') > 0
         OR instr(entered, ',' || gone.value || ']') > 0
         OR instr(went, ',' || gone.value || ']') > 0
  );
