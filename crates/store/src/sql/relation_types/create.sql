-- A new relation type; nothing if its name is taken or there are ?6 already.
INSERT INTO relation_types (name, revision, created_at, updated_at, database_a, database_b, settings)
SELECT ?1, 1, ?2, ?2, ?3, ?4, ?5
WHERE (SELECT count(*) FROM relation_types) < ?6
ON CONFLICT (name) DO NOTHING
RETURNING id;
