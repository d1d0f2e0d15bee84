-- The user whose invitation has this digest and is good at ?2, packed.
SELECT json_array(
    id, revision, json(definition), password IS NOT NULL, invitation_ends, created_at, updated_at, last_seen_at,
    (SELECT count(*) FROM passkeys WHERE user_id = users.id)
)
FROM users
WHERE invitation = ?1 AND invitation_ends > ?2;
