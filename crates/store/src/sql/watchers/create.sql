-- A new watcher; nothing if its name is taken.
INSERT INTO watchers (name, revision, created_at, updated_at, definition, secrets)
VALUES (?1, 1, ?2, ?2, ?3, ?4)
ON CONFLICT (name) DO NOTHING
RETURNING id;
