-- The resource whose token has this digest, packed: its id, name and databases.
SELECT json_array(resources.id, resources.name, json_extract(resources.definition, '$.databases'))
FROM app_tokens
JOIN resources ON resources.id = app_tokens.resource_id
WHERE app_tokens.secret = ?1;
