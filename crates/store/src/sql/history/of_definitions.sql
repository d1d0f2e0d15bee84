-- History of definitions, newest first: before the entry ?1; in the databases ?2 (JSON, or NULL for all and what
-- belongs to none); of the noun ?3, of the definition that changes name by ?4, by the actor ?5, each if given; of
-- the times ?6 (from) and ?7 (before). At most ?8 entries of the first ?9 that are looked at, no more once these have
-- ?10 bytes; and the id to go on before, NULL if there is nothing more.
WITH looked AS MATERIALIZED (
    SELECT id
    FROM history INDEXED BY history_of_definitions
    WHERE profile = 0 AND id < ?1
    ORDER BY id DESC
    LIMIT ?9 + 0
),
sized AS MATERIALIZED (
    SELECT entry.id AS id, octet_length(entry.changes) + 32 * json_array_length(entry.changes) + coalesce(octet_length(entry.about), 0) + 200 AS size
    FROM looked
    CROSS JOIN history AS entry ON entry.id = looked.id
    WHERE entry.at >= ?6 AND entry.at < ?7
      AND (?2 IS NULL OR entry.database_id IN (SELECT value FROM json_each(?2)))
      AND (?3 IS NULL OR substr(entry.kind, 1, length(?3) + 1) = ?3 || '.')
      AND (
          ?4 IS NULL
          OR entry.changes ->> '$[0].field' = ?4
          OR substr(entry.changes ->> '$[0].field', 1, length(?4) + 1) = ?4 || '/'
      )
      AND (?5 IS NULL OR entry.actor = ?5)
    ORDER BY looked.id DESC
    LIMIT ?8 + 0
),
taken AS MATERIALIZED (
    SELECT id, sum(size) OVER (ORDER BY id DESC ROWS UNBOUNDED PRECEDING) - size AS before FROM sized
)
SELECT (
           SELECT '[' || group_concat(
               '[' || entry.database_id || ',[' || entry.id || ',' || entry.profile || ',' || entry.at
                   || ',' || json_quote(entry.kind) || ',' || json_quote(entry.actor)
                   || ',' || json_quote(entry.interface) || ',' || entry.changes
                   || ',' || coalesce(entry.about, 'null') || ']]') || ']'
           FROM taken
           CROSS JOIN history AS entry ON entry.id = taken.id
           WHERE taken.before < ?10
       ),
       (
           SELECT CASE
                      WHEN count(*) >= ?8 OR count(*) FILTER (WHERE before < ?10) < count(*)
                      THEN min(id) FILTER (WHERE before < ?10)
                      ELSE (SELECT CASE WHEN count(*) >= ?9 THEN min(id) END FROM looked)
                  END
           FROM taken
       );
