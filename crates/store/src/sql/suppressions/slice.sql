-- The last of the first ?3 keys of the list ?1 after ?2, and how many these are.
SELECT max(key), count(*)
FROM (
    SELECT key
    FROM suppression_entries
    WHERE list_id = ?1 AND key > ?2
    ORDER BY key
    LIMIT ?3 + 0
);
