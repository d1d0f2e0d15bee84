-- The passkeys of user ?1, the first first; packed.
SELECT json_group_array(json_array(id, name, created_at, last_used_at))
FROM (
    SELECT *
    FROM passkeys
    WHERE user_id = ?1
    ORDER BY id
);
