-- All jobs of the database ?1.
SELECT json_group_array(id)
FROM jobs INDEXED BY jobs_by_database
WHERE database_id = ?1;
