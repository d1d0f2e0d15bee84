-- A page of the lists in order of creation: at most ?2 after the one with id ?1; packed. Where
-- ?3 has ids of databases (JSON), only the global one and those attached to no other database.
SELECT '[' || group_concat(
           json_array(id, is_global, revision, forms, entries, created_at, updated_at, name, json(definition))
       ) || ']'
FROM (
    SELECT *
    FROM suppression_lists
    WHERE id > ?1
      AND (
          ?3 IS NULL
          OR is_global
          OR (
              json_array_length(definition, '$.databases') > 0
              AND NOT EXISTS (
                  SELECT 1
                  FROM json_each(definition, '$.databases') AS attached
                  WHERE CAST(attached.value AS INTEGER) NOT IN (SELECT value FROM json_each(?3))
              )
          )
      )
    ORDER BY id
    LIMIT ?2 + 0
);
