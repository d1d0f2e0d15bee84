-- The segments with a condition of the database ?1, by id: at most ?3 after the one with id ?2, nor many more than
-- have ?4 bytes; and the last that was looked at: [[[id, revision, rule], …], last].
WITH looked AS MATERIALIZED (
    SELECT id, octet_length(rule) AS size
    FROM segments
    WHERE database_id = ?1 AND id > ?2 AND rule IS NOT NULL
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
        SELECT json_group_array(json_array(found.id, revision, json(rule)))
        FROM taken
        CROSS JOIN segments AS found ON found.id = taken.id
    )),
    (SELECT max(id) FROM taken)
);
