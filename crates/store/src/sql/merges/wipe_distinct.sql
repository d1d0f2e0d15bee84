-- The pairs of a database that look like one person and are two.
DELETE FROM distinct_profiles
WHERE a IN (
    SELECT pk FROM profiles INDEXED BY profiles_by_database WHERE database_id = ?1
);
