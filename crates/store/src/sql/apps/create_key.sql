-- A new key of database ?1; nothing if one has the name.
INSERT INTO app_keys (database_id, name, algorithm, key, definition, created_at, updated_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)
ON CONFLICT (database_id, name) DO NOTHING
RETURNING id;
