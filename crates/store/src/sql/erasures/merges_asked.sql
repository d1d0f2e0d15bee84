-- Merges into the profiles ?2 (JSON), and those whose records name one of them, by id: of the ?3 after ?1, no more
-- once these have ?4 bytes; and the last that was looked at:
-- [[[id, database, destination, time, when it was undone, record], …], last].
WITH looked AS MATERIALIZED (
    SELECT id,
           CASE
               WHEN EXISTS (
                   SELECT 1
                   FROM json_each(?2) AS part
                   WHERE merges.destination = part.value OR instr(merges.record, part.value) > 0
               )
               THEN octet_length(record)
               ELSE 0
           END AS size
    FROM merges
    WHERE id > ?1
    ORDER BY id
    LIMIT ?3 + 0
),
taken AS MATERIALIZED (
    SELECT id, size
    FROM (SELECT id, size, sum(size) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) - size AS before FROM looked)
    WHERE before < ?4
)
SELECT json_array(
    json((
        SELECT json_group_array(json_array(
            found.id, found.database_id, found.destination, found.at, found.undone_at, json(found.record)
        ))
        FROM taken
        CROSS JOIN merges AS found ON found.id = taken.id
        WHERE taken.size > 0
    )),
    (SELECT max(id) FROM taken)
);
