-- Rows of the job ?1 with the outcomes ?2 (JSON) after row ?3: as many whole rows as begin among the first ?4
-- entries and the first ?5 bytes, one at least: [[row, outcome, body], …]. A row has three entries at most.
WITH looked AS MATERIALIZED (
    SELECT row, outcome, octet_length(body) AS size
    FROM job_failures
    WHERE job_id = ?1 AND row > ?3 AND outcome IN (SELECT value FROM json_each(?2))
    ORDER BY row, outcome
    LIMIT ?4 + 2
),
taken AS MATERIALIZED (
    SELECT row, outcome
    FROM (
        SELECT row, outcome, count(*) OVER earlier AS entries, coalesce(sum(size) OVER earlier, 0) AS bytes
        FROM looked
        WINDOW earlier AS (ORDER BY row GROUPS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE GROUP)
    )
    WHERE entries < ?4 AND bytes < ?5
)
SELECT json_group_array(json_array(row, outcome, json(body)))
FROM (
    SELECT entry.row AS row, entry.outcome AS outcome, entry.body AS body
    FROM (SELECT row, outcome FROM taken ORDER BY row, outcome) AS found
    CROSS JOIN job_failures AS entry
        ON entry.job_id = ?1 AND entry.row = found.row AND entry.outcome = found.outcome
);
