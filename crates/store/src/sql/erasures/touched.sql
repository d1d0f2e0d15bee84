-- The jobs of the databases ?1 (JSON) that did something to the profiles ?2 (JSON):
-- [[id, kind, name, created_at], …].
SELECT json_group_array(json_array(jobs.id, jobs.kind, jobs.name, jobs.created_at))
FROM json_each(?1) AS here
CROSS JOIN jobs INDEXED BY jobs_by_database ON jobs.database_id = here.value
WHERE EXISTS (
    SELECT 1
    FROM job_results
    CROSS JOIN json_each(?2) AS part
    WHERE job_results.job_id = jobs.id AND instr(results, '[' || part.value || ',') > 0
);
