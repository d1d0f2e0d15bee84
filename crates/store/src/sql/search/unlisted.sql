-- The ?2 profiles before the key ?1, newest first, at most about ?3 bytes of them; packed.
SELECT '[' || group_concat(packed) || ']'
FROM (
    SELECT pk, sum(octet_length(data)) OVER (ORDER BY pk DESC) - octet_length(data) AS before
    FROM (
        SELECT pk, data
        FROM profiles
        WHERE pk < ?1
        ORDER BY pk DESC
        LIMIT ?2 + 0
    )
) AS sized
CROSS JOIN packed_profiles ON packed_profiles.pk = sized.pk
WHERE before < ?3;
