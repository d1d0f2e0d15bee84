-- How many definitions of the kind ?1 the database ?2 has, and whether there is such a database.
SELECT count(*),
    EXISTS (SELECT 1 FROM databases WHERE databases.id = ?2)
FROM definitions
WHERE noun = ?1
  AND database_id = ?2;
