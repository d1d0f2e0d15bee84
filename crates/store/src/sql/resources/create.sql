-- A new resource; nothing if its name is taken.
INSERT INTO resources (name, revision, created_at, updated_at, definition)
VALUES (?1, 1, ?2, ?2, ?3)
ON CONFLICT (name) DO NOTHING
RETURNING id;
