-- How many forms the database ?1 has.
SELECT count(*)
FROM forms
WHERE database_id = ?1;
