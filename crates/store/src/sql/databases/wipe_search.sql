-- The search text of a database's profiles.
DELETE FROM search
WHERE rowid IN (
    SELECT -pk FROM profiles INDEXED BY profiles_by_database WHERE database_id = ?1
);
