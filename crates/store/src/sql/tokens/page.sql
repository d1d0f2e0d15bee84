-- A page of tokens in order of creation: at most ?2 after the one with id ?1.
SELECT id, name, prefix, scopes, databases, created_at, expires_at, created_by
FROM tokens
WHERE id > ?1
ORDER BY id
LIMIT ?2;
