-- The token of resource ?1 goes.
DELETE FROM app_tokens WHERE resource_id = ?1 RETURNING prefix;
