-- A new list; nothing if its name is taken.
INSERT INTO suppression_lists (name, is_global, revision, created_at, updated_at, definition)
VALUES (?1, 0, 1, ?2, ?2, ?3)
ON CONFLICT (name) DO NOTHING
RETURNING id;
