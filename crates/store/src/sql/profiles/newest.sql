-- The key of the newest profile of the database ?1.
SELECT max(pk)
FROM profiles INDEXED BY profiles_by_database
WHERE database_id = ?1;
