-- The token with this secret's digest, packed.
SELECT json_array(id, name, prefix, json(scopes), json(databases), created_at, expires_at, created_by)
FROM tokens
WHERE secret = ?1;
