-- A page of resources in order of creation: at most ?2 after the one with id
-- ?1; packed.
SELECT '[' || group_concat(json_array(id, revision, created_at, updated_at, json(definition))) || ']'
FROM (
    SELECT *
    FROM resources
    WHERE id > ?1
    ORDER BY id
    LIMIT ?2 + 0
);
