-- One user, packed.
SELECT json_array(
    id, revision, json(definition), password IS NOT NULL, invitation_ends, created_at, updated_at, last_seen_at,
    (SELECT count(*) FROM passkeys WHERE user_id = users.id)
)
FROM users
WHERE id = ?1;
