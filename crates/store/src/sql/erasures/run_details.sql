-- Details of the runs of the schedule ?1 that are over, by id: at most ?3 after the one with id ?2, nor many more
-- than have ?4 bytes; and the last that was looked at: [[[id, detail], …], last].
WITH looked AS MATERIALIZED (
    SELECT id, octet_length(detail) AS size
    FROM schedule_runs INDEXED BY schedule_runs_by_schedule
    WHERE schedule_id = ?1 AND id > ?2
    ORDER BY id
    LIMIT ?3 + 0
),
taken AS MATERIALIZED (
    SELECT id
    FROM (SELECT id, sum(size) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) - size AS before FROM looked)
    WHERE before < ?4
)
SELECT json_array(
    json((
        SELECT json_group_array(json_array(found.id, json(detail)))
        FROM taken
        CROSS JOIN schedule_runs AS found ON found.id = taken.id
        WHERE found.ended_at IS NOT NULL
    )),
    (SELECT max(id) FROM taken)
);
