-- What is to be done for schedules at ?1, at most ?2 of each: the schedules that are due
-- and have no run that goes on; the runs whose next try is due, the longest due first, each with
-- whether it reads rows: [[id, 0 or 1], …]; the runs whose import waits to be started or is over.
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
           SELECT json_group_array(json_array(runs.id, schedules.definition ->> '$.source.connector' IS NOT NULL))
           FROM (
               SELECT id, schedule_id
               FROM schedule_runs INDEXED BY schedule_runs_open
               WHERE ended_at IS NULL AND state IN ('waiting', 'fetching') AND next_try_at <= ?1
               ORDER BY next_try_at, id
               LIMIT ?2 + 0
           ) AS runs
           LEFT JOIN schedules ON schedules.id = runs.schedule_id
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
