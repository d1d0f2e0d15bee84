-- A new relation type; nothing if another one of the same databases has its name.
INSERT INTO relation_types (name, revision, created_at, updated_at, database_a, database_b, settings)
VALUES (?1, 1, ?2, ?2, ?3, ?4, ?5)
ON CONFLICT (database_a, database_b, name) DO NOTHING
RETURNING id;
