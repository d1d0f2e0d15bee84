-- A page of a database in order of creation: at most ?3 profiles after the one
-- with key ?2, packed; and the version of the definitions.
SELECT (
           SELECT '[' || group_concat(packed) || ']'
           FROM (
               SELECT pk
               FROM profiles INDEXED BY profiles_by_database
               WHERE database_id = ?1 AND pk > ?2
               ORDER BY pk
               LIMIT ?3 + 0
           ) AS found
           CROSS JOIN packed_profiles ON packed_profiles.pk = found.pk
       ),
       (SELECT version FROM catalogue);
