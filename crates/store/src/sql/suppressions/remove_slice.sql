-- Takes the keys after ?2, up to ?3, off the list ?1.
DELETE FROM suppression_entries WHERE list_id = ?1 AND key > ?2 AND key <= ?3;
