-- Profiles whose document meets an index condition, newest first, of the
-- databases ?4 (JSON, NULL for all): those that meet ?1 before key ?2, and where
-- these are fewer than ?3, also those that meet ?5; at most ?3 of each. Packed,
-- with their number and last key, and the version of the definitions.
WITH
begins AS MATERIALIZED (
    SELECT -search.rowid AS pk
    FROM search
    CROSS JOIN profiles ON profiles.pk = -search.rowid
    WHERE search MATCH ?1
      AND search.rowid > -?2
      AND (?4 IS NULL OR profiles.database_id IN (SELECT value FROM json_each(?4)))
    ORDER BY search.rowid
    LIMIT ?3 + 0
),
inside AS MATERIALIZED (
    SELECT -search.rowid AS pk
    FROM search
    CROSS JOIN profiles ON profiles.pk = -search.rowid
    WHERE search MATCH ?5
      AND (?4 IS NULL OR profiles.database_id IN (SELECT value FROM json_each(?4)))
    ORDER BY search.rowid
    LIMIT iif(?5 IS NULL OR (SELECT count(*) FROM begins) >= ?3, 0, ?3)
)
SELECT (
           SELECT '[' || group_concat(packed) || ']'
           FROM begins
           CROSS JOIN packed_profiles ON packed_profiles.pk = begins.pk
       ),
       (SELECT count(*) FROM begins),
       (SELECT min(pk) FROM begins),
       (SELECT version FROM catalogue),
       (
           SELECT '[' || group_concat(packed) || ']'
           FROM inside
           CROSS JOIN packed_profiles ON packed_profiles.pk = inside.pk
       ),
       (SELECT count(*) FROM inside),
       (SELECT min(pk) FROM inside);
