-- What is known of the token of resource ?1.
SELECT prefix, created_at FROM app_tokens WHERE resource_id = ?1;
