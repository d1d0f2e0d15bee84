-- Profiles whose document meets the index condition ?1, newest first: before
-- key ?2, at most ?3, of the databases ?4 (JSON, NULL for all); packed, with
-- their number, the last key, and the version of the definitions.
WITH candidates AS MATERIALIZED (
    SELECT search.rowid AS pk
    FROM search
    CROSS JOIN profiles ON profiles.pk = search.rowid
    WHERE search MATCH ?1
      AND search.rowid < ?2
      AND (?4 IS NULL OR profiles.database_id IN (SELECT value FROM json_each(?4)))
    ORDER BY search.rowid DESC
    LIMIT ?3
)
SELECT (
           SELECT '[' || group_concat(
               '[' || pk || ',' || database_id || ',' || revision || ',' || status || ','
                   || created_at || ',' || updated_at || ',' || data || ','
                   || coalesce((
                          SELECT '[' || group_concat(body) || ']'
                          FROM subscriptions
                          WHERE subscriptions.profile = pk
                      ), '[]')
                   || ']') || ']'
           FROM (
               SELECT profiles.*
               FROM candidates
               CROSS JOIN profiles ON profiles.pk = candidates.pk
           )
       ),
       (SELECT count(*) FROM candidates),
       (SELECT min(pk) FROM candidates),
       (SELECT version FROM catalogue);
