-- One watcher.
SELECT id, revision, created_at, updated_at, definition, secrets
FROM watchers
WHERE id = ?1;
