-- How many segments the database ?1 has.
SELECT count(*) FROM segments WHERE database_id = ?1;
