-- Gives messages of kind ?1 that are due at ?2 to the holder ?3 until ?4, those that are due
-- longest first, at most ?5, none for the recipients ?6 (JSON).
UPDATE outbox
SET holder = ?3, leased_until = ?4
WHERE id IN (
    SELECT id
    FROM outbox INDEXED BY outbox_due
    WHERE kind = ?1 AND state = 'queued' AND due_at <= ?2 AND leased_until <= ?2
      AND recipient NOT IN (SELECT value FROM json_each(?6))
    ORDER BY due_at, id
    LIMIT ?5 + 0
)
RETURNING id, kind, database_id, profile, recipient, state, detail, body, created_at, due_at, ended_at, tries, attempts;
