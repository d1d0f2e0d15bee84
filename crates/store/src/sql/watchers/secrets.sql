-- Other secrets.
UPDATE watchers
SET secrets = ?2, updated_at = ?3, revision = revision + 1
WHERE id = ?1
RETURNING revision;
