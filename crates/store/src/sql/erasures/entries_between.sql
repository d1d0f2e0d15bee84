-- The histories of the profiles ?1 (JSON) from the time ?2 to ?3, oldest first: at most ?5 entries after the entry ?4,
-- nor many more than have ?6 bytes; and the last of them: [[[id, changes, about], …], last].
WITH looked AS MATERIALIZED (
    SELECT entry.id AS id, octet_length(entry.changes) + coalesce(octet_length(entry.about), 0) AS size
    FROM json_each(?1) AS holder
    CROSS JOIN history AS entry INDEXED BY history_by_profile ON entry.profile = holder.value
    WHERE entry.id > ?4 AND entry.at >= ?2 AND entry.at <= ?3
    ORDER BY entry.id
    LIMIT ?5 + 0
),
taken AS MATERIALIZED (
    SELECT id
    FROM (SELECT id, sum(size) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) - size AS before FROM looked)
    WHERE before < ?6
)
SELECT json_array(
    json((
        SELECT json_group_array(json_array(found.id, json(found.changes), json(found.about)))
        FROM (SELECT id FROM taken ORDER BY id) AS one
        CROSS JOIN history AS found ON found.id = one.id
    )),
    (SELECT max(id) FROM taken)
);
