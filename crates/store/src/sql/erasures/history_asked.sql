-- Changes of import settings, schedules, views, segments and the control group of the database ?1, by id: at most ?3 after the entry ?2, nor many more
-- than have ?4 bytes; and the last that was looked at: [[[id, changes], …], last].
WITH looked AS MATERIALIZED (
    SELECT id, octet_length(changes) AS size
    FROM history INDEXED BY history_of_definitions
    WHERE profile = 0
      AND id > ?2
      AND database_id = ?1
      AND (substr(kind, 1, 9) = 'schedule.' OR substr(kind, 1, 16) = 'import_settings.' OR substr(kind, 1, 5) = 'view.'
           OR substr(kind, 1, 8) = 'segment.'
           OR substr(kind, 1, 14) = 'control_group.')
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
        SELECT json_group_array(json_array(found.id, json(changes)))
        FROM taken
        CROSS JOIN history AS found ON found.id = taken.id
    )),
    (SELECT max(id) FROM taken)
);
