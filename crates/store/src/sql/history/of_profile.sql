-- History of one profile, newest first: before entry ?3, of kind ?4 if given,
-- from the id ?5 of the time ?7 (from) on and before the time ?8, at most ?6.
SELECT '[' || group_concat(
    '[' || id || ',' || profile || ',' || at || ',' || json_quote(kind) || ',' || json_quote(actor)
        || ',' || json_quote(interface) || ',' || changes || ','
        || coalesce(about, 'null') || ']') || ']'
FROM (
    SELECT *
    FROM history INDEXED BY history_by_profile
    WHERE profile = ?1
      AND id >= ?5 AND id < ?3
      AND database_id = ?2
      AND at >= ?7 AND at < ?8
      AND (?4 IS NULL OR kind = ?4)
    ORDER BY id DESC
    LIMIT ?6 + 0
);
