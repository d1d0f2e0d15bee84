-- Who was merged into the profile ?1: [[profile, database, merge], …].
SELECT json_group_array(json_array(pk, database_id, merge_id))
FROM merged_profiles INDEXED BY merged_profiles_by_destination
WHERE into_pk = ?1;
