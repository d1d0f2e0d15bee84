-- Profiles that ended as a whole, after the one with the key ?1, at most ?2, packed.
SELECT '[' || coalesce(group_concat(packed), '') || ']'
FROM (
    SELECT packed
    FROM packed_profiles
    WHERE pk > ?1
      AND (SELECT status FROM profiles WHERE profiles.pk = packed_profiles.pk) BETWEEN 1 AND 3
    ORDER BY pk
    LIMIT ?2 + 0
);
