-- Forgets rows of a source whose schedule is gone, at most ?1. Which schedules have rows is found
-- by one step through the index for each: looking at every row would take seconds.
DELETE FROM source_rows
WHERE (schedule_id, key) IN (
    SELECT schedule_id, key
    FROM source_rows
    WHERE schedule_id = (
        WITH RECURSIVE met(id) AS (
            SELECT min(schedule_id) FROM source_rows
            UNION ALL
            SELECT (SELECT min(schedule_id) FROM source_rows WHERE schedule_id > met.id)
            FROM met
            WHERE met.id IS NOT NULL
        )
        SELECT id
        FROM met
        WHERE id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM schedules WHERE schedules.id = met.id)
        LIMIT 1
    )
    LIMIT ?1 + 0
)
RETURNING 1;
