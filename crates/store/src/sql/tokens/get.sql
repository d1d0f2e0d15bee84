-- One token, packed.
SELECT json_array(id, name, prefix, json(scopes), json(databases), created_at, expires_at, created_by)
FROM tokens
WHERE id = ?1;
