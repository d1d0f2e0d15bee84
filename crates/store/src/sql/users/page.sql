-- A page of users in order of creation: at most ?2 after the one with id ?1; packed.
SELECT json_group_array(json(json_array(
    id, revision, json(definition), password IS NOT NULL, invitation_ends, created_at, updated_at, last_seen_at, passkeys
)))
FROM (
    SELECT *, (SELECT count(*) FROM passkeys WHERE user_id = users.id) AS passkeys
    FROM users
    WHERE id > ?1
    ORDER BY id
    LIMIT ?2 + 0
);
