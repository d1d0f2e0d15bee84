-- All watchers in order of creation; they are few.
SELECT id, revision, created_at, updated_at, definition, secrets
FROM watchers
ORDER BY id;
