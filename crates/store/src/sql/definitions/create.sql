-- Makes a definition of the kind ?1 in the database ?2, unless the name ?3 is taken there.
INSERT INTO definitions (noun, database_id, name, revision, created_at, updated_at, settings)
VALUES (?1, ?2, ?3, 1, ?4, ?4, ?5)
ON CONFLICT (database_id, noun, name) DO NOTHING
RETURNING id;
