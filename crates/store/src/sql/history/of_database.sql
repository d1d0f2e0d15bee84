-- History of one database, newest first: before entry ?2, of kind ?3 if given,
-- within the ids ?4 (from) and ?5 (before) of the times ?7 (from) and
-- ?8 (before), and of those times with later ids, at most ?6.
SELECT '[' || group_concat(
    '[' || id || ',' || profile || ',' || at || ',' || json_quote(kind) || ',' || json_quote(actor)
        || ',' || json_quote(interface) || ',' || changes || ','
        || coalesce(about, 'null') || ']') || ']'
FROM (
    SELECT *
    FROM (
        SELECT *
        FROM (
            SELECT *
            FROM history INDEXED BY history_by_database
            WHERE database_id = ?1
              AND id >= ?4 AND id < min(?2, ?5)
              AND at >= ?7 AND at < ?8
              AND (?3 IS NULL OR kind = ?3)
            ORDER BY id DESC
            LIMIT ?6 + 0
        )
        UNION ALL
        SELECT *
        FROM (
            SELECT *
            FROM history INDEXED BY history_ahead
            WHERE database_id = ?1
              AND at >= ?7 AND at < ?8
              AND at < (id >> 20) - 60000
              AND id >= ?5 AND id < ?2
              AND (?3 IS NULL OR kind = ?3)
            ORDER BY id DESC
            LIMIT ?6 + 0
        )
    )
    ORDER BY id DESC
    LIMIT ?6 + 0
);
