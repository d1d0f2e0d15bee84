-- One relation type, packed like a page of one.
SELECT '[' || json_array(id, revision, created_at, updated_at, relations, json(settings)) || ']'
FROM relation_types
WHERE id = ?1;
