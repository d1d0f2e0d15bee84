-- Import settings of the database ?1, by name: at most ?3 after the name ?2, nor many more than have ?4 bytes; and
-- the last that were looked at: [[[name, revision, settings], …], last].
WITH looked AS MATERIALIZED (
    SELECT name, octet_length(settings) AS size
    FROM import_settings
    WHERE database_id = ?1 AND name > ?2
    ORDER BY name
    LIMIT ?3 + 0
),
taken AS MATERIALIZED (
    SELECT name
    FROM (SELECT name, sum(size) OVER (ORDER BY name ROWS UNBOUNDED PRECEDING) - size AS before FROM looked)
    WHERE before < ?4
)
SELECT json_array(
    json((
        SELECT json_group_array(json_array(found.name, revision, json(settings)))
        FROM taken
        CROSS JOIN import_settings AS found ON found.database_id = ?1 AND found.name = taken.name
    )),
    (SELECT max(name) FROM taken)
);
