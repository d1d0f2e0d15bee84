-- A page of relation types in order of creation: at most ?2 after the one with id ?1; packed. Only those
-- whose databases are both among ?3, if it is given.
SELECT '[' || group_concat(json_array(id, revision, created_at, updated_at, relations, json(settings))) || ']'
FROM (
    SELECT *
    FROM relation_types
    WHERE id > ?1
      AND (?3 IS NULL OR (
              database_a IN (SELECT value FROM json_each(?3))
          AND database_b IN (SELECT value FROM json_each(?3))
      ))
    ORDER BY id
    LIMIT ?2 + 0
);
