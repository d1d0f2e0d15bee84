-- A new token.
INSERT INTO tokens (name, secret, prefix, scopes, databases, created_at, expires_at, created_by)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
RETURNING id;
