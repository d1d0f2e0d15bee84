-- The jobs that may be worked on at ?1, the ones that were touched longest ago first, at
-- most ?2: [[id, kind], …]; and how many wait or run in all. An import whose file is still
-- growing, and who has taken all of it in, waits for more.
SELECT (
           SELECT json_group_array(json_array(id, kind))
           FROM (
               SELECT id, kind
               FROM jobs INDEXED BY jobs_due
               WHERE state IN ('queued', 'running')
                 AND leased_until <= ?1
                 AND NOT EXISTS (
                     SELECT 1
                     FROM job_files
                     WHERE job_files.job_id = jobs.id
                       AND job_files.file = 0
                       AND job_files.about ->> '$.open'
                       AND job_files.size <= coalesce(jobs.progress ->> '$.done', 0)
                 )
               ORDER BY updated_at, id
               LIMIT ?2 + 0
           )
       ),
       (SELECT count(*) FROM jobs INDEXED BY jobs_due WHERE state IN ('queued', 'running'));
