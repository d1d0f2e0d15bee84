-- How many webhooks the database ?1 has.
SELECT count(*) FROM hooks WHERE database_id = ?1;
