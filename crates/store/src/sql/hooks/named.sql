-- The webhook of the database ?1 that is called ?2.
SELECT id FROM hooks WHERE database_id = ?1 AND name = ?2;
