-- A new segment of the database ?1; nothing if its name is taken there.
INSERT INTO segments (database_id, name, description, revision, created_at, updated_at)
VALUES (?1, ?2, ?3, 1, ?4, ?4)
ON CONFLICT (database_id, name) DO NOTHING
RETURNING id;
