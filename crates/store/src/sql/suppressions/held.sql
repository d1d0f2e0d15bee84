-- How many of the keys ?2 (JSON) are on the list ?1.
SELECT count(*)
FROM suppression_entries
WHERE list_id = ?1 AND key IN (SELECT value FROM json_each(?2));
