-- A page of databases with their fields in order of creation: at most ?2 after
-- the one with id ?1, only those in ?3 (JSON) if given; packed.
SELECT '[' || group_concat(json_array(id, revision, created_at, updated_at, json(definition), json((
           SELECT '[' || group_concat(fields.definition) || ']'
           FROM fields
           WHERE fields.database_id = page.id
       )))) || ']'
FROM (
    SELECT *
    FROM databases
    WHERE id > ?1 AND (?3 IS NULL OR id IN (SELECT value FROM json_each(?3)))
    ORDER BY id
    LIMIT ?2 + 0
) AS page;
