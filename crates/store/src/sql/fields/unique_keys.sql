-- Makes all match keys of the kind ?2 in the database ?1 unique.
UPDATE match_keys SET slot = 0 WHERE database_id = ?1 AND kind = ?2;
