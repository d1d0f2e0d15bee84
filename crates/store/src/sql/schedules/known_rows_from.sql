-- From which run of the schedule ?1 on rows that were met count as known. With ?3 it is the one behind
-- the last that imported something else than rows of ?2, or did not keep which; otherwise the
-- last one that imported something or found nothing new.
SELECT CASE
           WHEN ?3 THEN (
               SELECT coalesce(max(id), 0) + 1
               FROM schedule_runs
               WHERE schedule_id = ?1
                 AND ended_at IS NOT NULL
                 AND job_id IS NOT NULL
                 AND detail ->> '$.dry' IS NULL
                 AND detail ->> '$.rows_of' IS NOT ?2
           )
           ELSE (
               SELECT coalesce(max(id), 0)
               FROM schedule_runs
               WHERE schedule_id = ?1
                 AND ended_at IS NOT NULL
                 AND detail ->> '$.dry' IS NULL
                 AND detail ->> '$.reached' IS NOT NULL
                 AND (job_id IS NOT NULL OR (state = 'unchanged' AND detail ->> '$.rows_of' IS ?2))
           )
       END;
