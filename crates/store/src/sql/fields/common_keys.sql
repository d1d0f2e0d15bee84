-- Lets profiles share the match keys of the kind ?2 in the database ?1.
UPDATE match_keys SET slot = profile WHERE database_id = ?1 AND kind = ?2 AND slot = 0;
