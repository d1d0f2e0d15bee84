-- Changes the webhook ?1.
UPDATE hooks
SET name = ?2, revision = revision + 1, updated_at = max(updated_at, ?3), definition = ?4, secrets = ?5
WHERE id = ?1
RETURNING revision, updated_at;
