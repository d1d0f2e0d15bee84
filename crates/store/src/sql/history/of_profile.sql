-- History of one profile, newest first: before entry ?3, of kind ?4 if given,
-- within the ids ?5 (from) and ?6 (before) of the times ?8 (from) and
-- ?9 (before), at most ?7.
SELECT '[' || group_concat(
    '[' || id || ',' || profile || ',' || at || ',' || json_quote(kind) || ',' || json_quote(actor)
        || ',' || json_quote(interface) || ',' || changes || ','
        || coalesce(about, 'null') || ']') || ']'
FROM (
    SELECT *
    FROM history INDEXED BY history_by_profile
    WHERE profile = ?1
      AND id >= ?5 AND id < min(?3, ?6)
      AND database_id = ?2
      AND at >= ?8 AND at < ?9
      AND (?4 IS NULL OR kind = ?4)
    ORDER BY id DESC
    LIMIT ?7 + 0
);
