-- A database's profiles.
DELETE FROM profiles WHERE database_id = ?1;
