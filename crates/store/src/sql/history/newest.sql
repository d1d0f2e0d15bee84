-- The newest entry of the database ?1.
SELECT max(id)
FROM history INDEXED BY history_by_database
WHERE database_id = ?1;
