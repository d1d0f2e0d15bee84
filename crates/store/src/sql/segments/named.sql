-- The id of the segment of the database ?1 with the name ?2.
SELECT id FROM segments WHERE database_id = ?1 AND name = ?2;
