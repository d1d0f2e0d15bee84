-- The profiles that hold one match key, at most ?5, after the one with key ?4,
-- packed; and the version of the definitions.
SELECT (
           SELECT '[' || group_concat(packed) || ']'
           FROM (
               SELECT profile
               FROM match_keys
               WHERE database_id = ?1 AND kind = ?2 AND value = ?3 AND profile > ?4
               ORDER BY profile
               LIMIT ?5 + 0
           ) AS found
           CROSS JOIN packed_profiles ON packed_profiles.pk = found.profile
       ),
       (SELECT version FROM catalogue);
