-- One message.
SELECT id, kind, database_id, profile, recipient, state, detail, body, created_at, due_at, ended_at, tries, attempts
FROM outbox
WHERE id = ?1;
