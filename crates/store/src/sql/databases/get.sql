-- One database with its fields, packed like a page of one.
SELECT '[' || json_array(id, revision, created_at, updated_at, json(definition), json((
           SELECT '[' || group_concat(fields.definition) || ']'
           FROM fields
           WHERE fields.database_id = databases.id
       ))) || ']'
FROM databases
WHERE id = ?1;
