-- Takes the keys ?2 (JSON) off the list ?1.
DELETE FROM suppression_entries
WHERE list_id = ?1 AND key IN (SELECT value FROM json_each(?2));
