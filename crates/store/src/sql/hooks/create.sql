-- A new webhook ?1 of the database ?2; nothing if its name is taken there.
INSERT INTO hooks (id, database_id, name, revision, created_at, updated_at, definition, secrets)
VALUES (?1, ?2, ?3, 1, ?4, ?4, ?5, ?6)
ON CONFLICT (database_id, name) DO NOTHING
RETURNING id;
