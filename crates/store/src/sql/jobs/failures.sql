-- Rows of the job ?1 with the outcomes ?2 (JSON) after row ?3, at most ?4: [[row, outcome, body], …].
SELECT json_group_array(json_array(row, outcome, json(body)))
FROM (
    SELECT row, outcome, body
    FROM job_failures
    WHERE job_id = ?1 AND row > ?3 AND outcome IN (SELECT value FROM json_each(?2))
    ORDER BY row
    LIMIT ?4 + 0
);
