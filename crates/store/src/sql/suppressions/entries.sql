-- A page of the list ?1 by key: at most ?4 from ?2 on and before ?3; packed.
SELECT json_group_array(json_array(list_id, key, kind, form, subdomains, at, reason, source))
FROM (
    SELECT *
    FROM suppression_entries
    WHERE list_id = ?1 AND key >= ?2 AND key < ?3
    ORDER BY key
    LIMIT ?4 + 0
);
