-- What the webhooks of the database ?1 received, by id: at most ?3 after the one with id ?2, nor many more than
-- have ?4 bytes: [[id, sender_id, detail, request], …]. And the last that was looked at.
WITH looked AS MATERIALIZED (
    SELECT id, octet_length(detail) + octet_length(request) AS size
    FROM deliveries
    WHERE id > ?2 AND hook_id IN (SELECT hooks.id FROM hooks WHERE database_id = ?1)
    ORDER BY id
    LIMIT ?3 + 0
),
taken AS MATERIALIZED (
    SELECT id
    FROM (SELECT id, sum(size) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) - size AS before FROM looked)
    WHERE before < ?4
)
SELECT (
           SELECT json_group_array(json_array(found.id, sender_id, json(detail), json(request)))
           FROM taken
           CROSS JOIN deliveries AS found ON found.id = taken.id
       ),
       (SELECT max(id) FROM taken);
