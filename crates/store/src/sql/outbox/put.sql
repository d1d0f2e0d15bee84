-- A message to be sent at ?5.
INSERT INTO outbox (kind, database_id, profile, recipient, state, body, created_at, due_at)
VALUES (?1, ?2, 0, ?3, 'queued', ?4, ?5, ?5)
RETURNING id;
