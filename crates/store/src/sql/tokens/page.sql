-- A page of tokens in order of creation: at most ?2 after the one with id ?1;
-- packed.
SELECT json_group_array(json_array(id, name, prefix, json(scopes), json(databases), created_at, expires_at, created_by))
FROM (
    SELECT *
    FROM tokens
    WHERE id > ?1
    ORDER BY id
    LIMIT ?2 + 0
);
