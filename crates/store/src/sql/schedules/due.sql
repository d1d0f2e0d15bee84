-- What is to be done for schedules at ?1, at most ?2 of each: the schedules that are due
-- and have no run that goes on; the runs whose next try is due, the longest due first, so many of
-- those that read rows and of the others: [[id, whether it reads rows], …]; the runs whose import waits to be started or is over.
SELECT (
           SELECT json_group_array(id)
           FROM (
               SELECT id
               FROM schedules INDEXED BY schedules_due
               WHERE enabled = 1
                 AND next_run_at <= ?1
                 AND NOT EXISTS (
                     SELECT 1 FROM schedule_runs WHERE schedule_id = schedules.id AND ended_at IS NULL
                 )
               ORDER BY next_run_at
               LIMIT ?2 + 0
           )
       ),
       (
           SELECT json_group_array(json_array(id, reads_rows))
           FROM (
               SELECT id, reads_rows
               FROM (
                   SELECT runs.id AS id,
                          runs.next_try_at AS next_try_at,
                          schedules.definition ->> '$.source.connector' IS NOT NULL AS reads_rows,
                          row_number() OVER (
                              PARTITION BY schedules.definition ->> '$.source.connector' IS NOT NULL
                              ORDER BY runs.next_try_at, runs.id
                          ) AS place
                   FROM schedule_runs AS runs INDEXED BY schedule_runs_open
                   LEFT JOIN schedules ON schedules.id = runs.schedule_id
                   WHERE runs.ended_at IS NULL
                     AND runs.state IN ('waiting', 'fetching')
                     AND runs.next_try_at <= ?1
               )
               WHERE place <= ?2
               ORDER BY next_try_at, id
           )
       ),
       (
           SELECT json_group_array(id)
           FROM (
               SELECT schedule_runs.id
               FROM schedule_runs INDEXED BY schedule_runs_open
               LEFT JOIN jobs ON jobs.id = schedule_runs.job_id
               WHERE schedule_runs.ended_at IS NULL
                 AND schedule_runs.state = 'importing'
                 AND coalesce(jobs.state, 'gone') NOT IN ('uploading', 'queued', 'running', 'paused')
               ORDER BY schedule_runs.id
               LIMIT ?2 + 0
           )
       );
