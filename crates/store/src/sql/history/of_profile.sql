-- History of the profile ?1 of the database ?2, newest first: before entry ?3, of
-- kind ?4 if given, within the ids ?5 (from) and ?6 (before) of the times ?8 (from)
-- and ?9 (before), at most ?7 of the first ?10 that are looked at, no more once
-- these have ?11 bytes; and the id to go on before, NULL if there is nothing more.
WITH looked AS MATERIALIZED (
    SELECT id
    FROM history INDEXED BY history_by_profile
    WHERE profile = ?1 AND id >= ?5 AND id < min(?3, ?6)
    ORDER BY id DESC
    LIMIT ?10 + 0
),
sized AS MATERIALIZED (
    SELECT entry.id AS id,
           octet_length(entry.changes) + coalesce(octet_length(entry.about), 0) + 200 AS size
    FROM looked
    CROSS JOIN history AS entry ON entry.id = looked.id
    WHERE entry.at >= ?8 AND entry.at < ?9 AND (?4 IS NULL OR entry.kind = ?4) AND entry.database_id = ?2
    ORDER BY looked.id DESC
    LIMIT ?7 + 0
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
           WHERE taken.before < ?11
       ),
       (
           SELECT CASE
                      WHEN count(*) >= ?7 OR count(*) FILTER (WHERE before < ?11) < count(*)
                      THEN min(id) FILTER (WHERE before < ?11)
                      ELSE (SELECT CASE WHEN count(*) >= ?10 THEN min(id) END FROM looked)
                  END
           FROM taken
       );
