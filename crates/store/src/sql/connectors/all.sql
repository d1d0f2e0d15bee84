-- All connectors in order of creation; they are few.
SELECT id, revision, definition, secret, created_at, updated_at
FROM connectors
ORDER BY id;
