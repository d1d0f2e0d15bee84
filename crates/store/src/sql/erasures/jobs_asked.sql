-- Jobs of the kind ?2 of the database ?1, by id: at most ?4 after the one with id ?3, nor many more than have ?5
-- bytes; and the last that was looked at: [[[id, state, name, settings, progress, problem], …], last].
WITH looked AS MATERIALIZED (
    SELECT id, octet_length(settings) + octet_length(progress) + coalesce(octet_length(problem), 0) AS size
    FROM jobs INDEXED BY jobs_by_database
    WHERE database_id = ?1 AND kind = ?2 AND id > ?3
    ORDER BY id
    LIMIT ?4 + 0
),
taken AS MATERIALIZED (
    SELECT id
    FROM (SELECT id, sum(size) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) - size AS before FROM looked)
    WHERE before < ?5
)
SELECT json_array(
    json((
        SELECT json_group_array(json_array(
            found.id, state, name, json(settings), json(progress), json(problem)
        ))
        FROM taken
        CROSS JOIN jobs AS found ON found.id = taken.id
    )),
    (SELECT max(id) FROM taken)
);
