-- A new session.
INSERT INTO sessions (user_id, secret, created_at, last_seen_at, agent)
VALUES (?1, ?2, ?3, ?3, ?4)
RETURNING id;
