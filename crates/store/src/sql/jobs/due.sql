-- The jobs that may be worked on at ?1, the ones that were touched longest ago first, at
-- most ?2: [[id, kind], …]; and how many wait or run in all.
SELECT (
           SELECT json_group_array(json_array(id, kind))
           FROM (
               SELECT id, kind
               FROM jobs INDEXED BY jobs_due
               WHERE state IN ('queued', 'running') AND leased_until <= ?1
               ORDER BY updated_at, id
               LIMIT ?2 + 0
           )
       ),
       (SELECT count(*) FROM jobs INDEXED BY jobs_due WHERE state IN ('queued', 'running'));
