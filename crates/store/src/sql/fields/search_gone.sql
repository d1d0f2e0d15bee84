-- Drops the search text of the profiles of the database ?1 that have a value at
-- the path ?2.
DELETE FROM search
WHERE rowid IN (
    SELECT -pk
    FROM profiles INDEXED BY profiles_by_database
    WHERE database_id = ?1 AND json_type(data, ?2) IS NOT NULL
);
