-- The keys of database ?1 without what is secret, the first first; packed.
SELECT json_group_array(json_array(id, algorithm, json(definition), created_at, updated_at))
FROM (
    SELECT *
    FROM app_keys
    WHERE database_id = ?1
    ORDER BY id
);
