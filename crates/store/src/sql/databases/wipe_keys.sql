-- What a database's profiles are matched by.
DELETE FROM match_keys WHERE database_id = ?1;
