-- Who was merged into the profiles of a database.
DELETE FROM merged_profiles
WHERE into_pk IN (
    SELECT pk FROM profiles INDEXED BY profiles_by_database WHERE database_id = ?1
);
