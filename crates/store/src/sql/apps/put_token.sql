-- The token of resource ?1, in place of the one that it has; nothing if another resource has this one.
INSERT INTO app_tokens (resource_id, secret, prefix, created_at)
SELECT ?1, ?2, ?3, ?4
WHERE NOT EXISTS (SELECT 1 FROM app_tokens WHERE secret = ?2 AND resource_id <> ?1)
ON CONFLICT (resource_id) DO UPDATE SET
    secret = excluded.secret,
    prefix = excluded.prefix,
    created_at = excluded.created_at
RETURNING resource_id;
