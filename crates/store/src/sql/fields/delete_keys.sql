-- All match keys of the kind ?2 in the database ?1.
DELETE FROM match_keys WHERE database_id = ?1 AND kind = ?2;
