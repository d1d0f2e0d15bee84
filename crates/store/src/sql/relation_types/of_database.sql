-- The relation types that join a database with one, packed.
SELECT '[' || group_concat(json_array(id, revision, created_at, updated_at, relations, json(settings))) || ']'
FROM relation_types
WHERE database_a = ?1 OR database_b = ?1;
