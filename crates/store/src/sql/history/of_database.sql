-- History of the database ?1, newest first: before entry ?2, of kind ?3 if given,
-- within the ids ?4 (from) and ?5 (before) of the times ?7 (from) and ?8 (before),
-- and of those times with later ids, at most ?6 of the first ?9 that are looked at,
-- no more once these have ?10 bytes; and the id to go on before, NULL if there is
-- nothing more. What is hidden for an undoing has negative keys.
WITH looked AS MATERIALIZED (
    SELECT id
    FROM (
        SELECT id
        FROM (
            SELECT id
            FROM history INDEXED BY history_by_database
            WHERE database_id = ?1 AND id >= ?4 AND id < min(?2, ?5)
            ORDER BY id DESC
            LIMIT ?9 + 0
        )
        UNION ALL
        SELECT id
        FROM (
            SELECT id
            FROM history INDEXED BY history_ahead
            WHERE database_id = ?1
              AND at >= ?7 AND at < ?8
              AND at < (id >> 20) - 60000
              AND id >= ?5 AND id < ?2
            ORDER BY id DESC
            LIMIT ?9 + 0
        )
    )
    ORDER BY id DESC
    LIMIT ?9 + 0
),
sized AS MATERIALIZED (
    SELECT entry.id AS id,
           octet_length(entry.changes) + 32 * json_array_length(entry.changes) + coalesce(octet_length(entry.about), 0) + 200 AS size
    FROM looked
    CROSS JOIN history AS entry ON entry.id = looked.id
    WHERE entry.at >= ?7 AND entry.at < ?8 AND (?3 IS NULL OR entry.kind = ?3) AND entry.profile >= 0
    ORDER BY looked.id DESC
    LIMIT ?6 + 0
),
taken AS MATERIALIZED (
    SELECT id, sum(size) OVER (ORDER BY id DESC ROWS UNBOUNDED PRECEDING) - size AS before FROM sized
)
SELECT (
           SELECT '[' || group_concat(
               '[' || entry.id || ',' || entry.profile || ',' || entry.at || ',' || json_quote(entry.kind)
                   || ',' || json_quote(entry.actor) || ',' || json_quote(entry.interface)
                   || ',' || entry.changes || ',' || coalesce(entry.about, 'null') || ']') || ']'
           FROM taken
           CROSS JOIN history AS entry ON entry.id = taken.id
           WHERE taken.before < ?10
       ),
       (
           SELECT CASE
                      WHEN count(*) >= ?6 OR count(*) FILTER (WHERE before < ?10) < count(*)
                      THEN min(id) FILTER (WHERE before < ?10)
                      ELSE (SELECT CASE WHEN count(*) >= ?9 THEN min(id) END FROM looked)
                  END
           FROM taken
       );
