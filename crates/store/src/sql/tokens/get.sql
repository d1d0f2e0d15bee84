-- One token.
SELECT id, name, prefix, scopes, databases, created_at, expires_at, created_by
FROM tokens
WHERE id = ?1;
