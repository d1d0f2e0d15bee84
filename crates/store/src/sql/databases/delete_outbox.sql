-- Messages about a database's profiles.
DELETE FROM outbox WHERE database_id = ?1;
