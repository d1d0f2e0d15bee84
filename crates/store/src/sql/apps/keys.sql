-- The keys of database ?1 without what is secret, the first first; packed. No row if there is
-- no such database.
SELECT (
    SELECT json_group_array(json_array(id, algorithm, json(definition), created_at, updated_at))
    FROM (
        SELECT *
        FROM app_keys
        WHERE database_id = databases.id
        ORDER BY id
    )
)
FROM databases
WHERE id = ?1;
