-- A new database; nothing if its name is taken.
INSERT INTO databases (name, revision, next_field_id, created_at, updated_at, definition)
VALUES (?1, 1, ?2, ?3, ?3, ?4)
ON CONFLICT (name) DO NOTHING
RETURNING id;
