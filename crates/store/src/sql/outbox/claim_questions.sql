-- Gives questions that are due at ?1 to the holder ?2 until ?3, those that are due longest first, at most ?4.
UPDATE outbox
SET holder = ?2, leased_until = ?3
WHERE id IN (
    SELECT id
    FROM outbox INDEXED BY outbox_due
    WHERE kind = 'confirmation' AND state = 'queued' AND due_at <= ?1 AND leased_until <= ?1
    ORDER BY due_at, id
    LIMIT ?4 + 0
)
RETURNING id, kind, database_id, profile, recipient, state, detail, body, created_at, due_at, ended_at, tries, attempts;
