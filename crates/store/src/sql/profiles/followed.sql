-- The profile ?2 of the database ?1, or the one that it was merged into there.
SELECT '[' || packed || ']'
FROM packed_profiles
WHERE pk = coalesce((SELECT into_pk FROM merged_profiles WHERE pk = ?2 AND database_id = ?1), ?2)
  AND database_id = ?1;
