-- History of the database ?1, oldest first: looks at no more than ?5 entries after ?2 and before ?3 (and before
-- ?10, unless entries of those times have later ids), nor at
-- more than have ?4 bytes, and gives those of the times ?6 (from) and ?7 (before) and of the kinds ?8 (JSON,
-- or NULL for all), each with what its profile has now at the paths ?9 (JSON, or NULL for none). And the last
-- entry that was looked at.
WITH looked AS MATERIALIZED (
    SELECT id
    FROM history INDEXED BY history_by_database
    WHERE database_id = ?1
      AND id > ?2
      AND id < CASE
          WHEN EXISTS (
              SELECT 1
              FROM history AS ahead INDEXED BY history_ahead
              WHERE ahead.database_id = ?1 AND ahead.at < ?7 AND ahead.at < (ahead.id >> 20) - 60000
          ) THEN ?3
          ELSE min(?3, ?10)
      END
    ORDER BY id
    LIMIT ?5 + 0
),
sized AS MATERIALIZED (
    SELECT entry.id AS id,
           octet_length(entry.changes) + 32 * json_array_length(entry.changes) + coalesce(octet_length(entry.about), 0)
               + CASE WHEN ?9 IS NULL THEN 0 ELSE coalesce(octet_length(profiles.data), 0) END AS size
    FROM looked
    CROSS JOIN history AS entry ON entry.id = looked.id
    LEFT JOIN profiles ON profiles.pk = entry.profile
),
taken AS MATERIALIZED (
    SELECT id
    FROM (SELECT id, sum(size) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) - size AS before FROM sized)
    WHERE before < ?4
)
SELECT (
           SELECT '[' || group_concat(
               '[[' || entry.id || ',' || entry.profile || ',' || entry.at || ',' || json_quote(entry.kind)
                   || ',' || json_quote(entry.actor) || ',' || json_quote(entry.interface)
                   || ',' || entry.changes || ',' || coalesce(entry.about, 'null')
                    || '],[' || coalesce((
                          SELECT group_concat(coalesce(profiles.data -> value, 'null'))
                          FROM (SELECT value FROM json_each(?9) ORDER BY key)
                      ), '') || ']]') || ']'
           FROM (SELECT id FROM taken ORDER BY id) AS found
           CROSS JOIN history AS entry ON entry.id = found.id
           LEFT JOIN profiles ON profiles.pk = entry.profile
           WHERE entry.at >= ?6 AND entry.at < ?7 AND entry.profile >= 0
             AND (?8 IS NULL OR entry.kind IN (SELECT value FROM json_each(?8)))
       ),
       (SELECT max(id) FROM taken);
