-- The session with this secret's digest and whose it is, packed.
SELECT json_array(one.id, one.created_at, one.last_seen_at, users.id, json(users.definition))
FROM sessions AS one
JOIN users ON users.id = one.user_id
WHERE one.secret = ?1;
