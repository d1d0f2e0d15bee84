-- A merge of the database ?1.
SELECT id, destination, at, actor, record, undone_at
FROM merges
WHERE id = ?2 AND database_id = ?1;
