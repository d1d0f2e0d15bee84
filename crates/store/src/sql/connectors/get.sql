-- One connector.
SELECT id, revision, definition, secret, created_at, updated_at
FROM connectors
WHERE id = ?1;
