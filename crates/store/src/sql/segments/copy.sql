-- The static segments of the database ?1 for the database ?2 too, with nobody in them. Conditions of others may name
-- segments and values of the original.
INSERT INTO segments (database_id, name, description, revision, created_at, updated_at)
SELECT ?2, name, description, 1, ?3, ?3
FROM segments
WHERE database_id = ?1 AND kind = 'static'
ORDER BY id;
