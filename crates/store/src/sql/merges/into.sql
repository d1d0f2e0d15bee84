-- Into which profile the profile ?2 of the database ?1 was merged, and that one's database.
SELECT merged.into_pk, profiles.database_id
FROM merged_profiles AS merged
CROSS JOIN profiles ON profiles.pk = merged.into_pk
WHERE merged.pk = ?2 AND merged.database_id = ?1;
