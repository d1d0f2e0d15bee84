-- The token with this secret's digest.
SELECT id, name, prefix, scopes, databases, created_at, expires_at, created_by
FROM tokens
WHERE secret = ?1;
