-- The webhooks of a database.
DELETE FROM hooks WHERE database_id = ?1;
