-- The profiles with the keys ?1 (JSON), packed as one JSON text.
SELECT '[' || group_concat(packed) || ']'
FROM json_each(?1) AS wanted
CROSS JOIN packed_profiles ON packed_profiles.pk = wanted.value;
