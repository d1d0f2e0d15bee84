-- A new connector; nothing if its name is taken.
INSERT INTO connectors (name, revision, definition, secret, created_at, updated_at)
VALUES (?1, 1, ?2, ?3, ?4, ?4)
ON CONFLICT (name) DO NOTHING
RETURNING id;
