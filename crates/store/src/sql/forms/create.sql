-- Makes a form, unless the name is taken in its database.
INSERT INTO forms (database_id, name, revision, created_at, updated_at, definition)
VALUES (?1, ?2, 1, ?3, ?3, ?4)
ON CONFLICT (database_id, name) DO NOTHING
RETURNING id;
