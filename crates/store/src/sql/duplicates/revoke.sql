-- Forgets that the pairs ?2 of the database ?1 are two people.
DELETE FROM distinct_profiles
WHERE (a, b) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?2))
  AND database_id = ?1;
