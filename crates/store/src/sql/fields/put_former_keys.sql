-- The match keys of the kind ?2 that profiles of the database ?1 have of those who were merged into them.
INSERT INTO match_keys (database_id, kind, value, slot, profile)
SELECT ?1, ?2, former.value ->> 1, profiles.pk, profiles.pk
FROM profiles INDEXED BY profiles_merged
CROSS JOIN json_each(profiles.former_keys) AS former
WHERE profiles.database_id = ?1
  AND profiles.former_keys IS NOT NULL
  AND former.value ->> 0 = ?2
ON CONFLICT DO NOTHING;
