-- The run of the schedule ?1 that waits for a try is due at ?2, if it wasn't sooner; with ?3 it
-- reads all rows, unless it has read some.
UPDATE schedule_runs
SET next_try_at = min(next_try_at, ?2),
    detail = CASE
        WHEN ?3 AND detail ->> '$.reached' IS NULL THEN json_set(detail, '$.full', json('true'))
        ELSE detail
    END
WHERE schedule_id = ?1 AND ended_at IS NULL AND state = 'waiting'
RETURNING id;
