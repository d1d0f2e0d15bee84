-- The list ?1, packed like a page of one.
SELECT '[' || json_array(id, is_global, revision, forms, entries, created_at, updated_at, name, json(definition)) || ']'
FROM suppression_lists
WHERE id = ?1;
