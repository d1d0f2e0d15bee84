-- One resource, packed like a page of one.
SELECT '[' || json_array(id, revision, created_at, updated_at, json(definition)) || ']'
FROM resources
WHERE id = ?1;
