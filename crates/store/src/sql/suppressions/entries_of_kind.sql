-- The same, only entries of the kind ?5.
SELECT json_group_array(json_array(list_id, key, kind, form, subdomains, at, reason, source))
FROM (
    SELECT *
    FROM suppression_entries INDEXED BY suppression_entries_by_kind
    WHERE list_id = ?1 AND kind = ?5 AND key >= ?2 AND key < ?3
    ORDER BY key
    LIMIT ?4 + 0
);
