-- Gives changes for the recipient ?5 that are due at ?1 to the holder ?2 until ?3, in the order in which they
-- were written down, at most ?4.
UPDATE outbox
SET holder = ?2, leased_until = ?3
WHERE id IN (
    SELECT id
    FROM outbox INDEXED BY outbox_lanes
    WHERE kind = 'change' AND state = 'queued' AND recipient = ?5 AND due_at <= ?1 AND leased_until <= ?1
    ORDER BY id
    LIMIT ?4 + 0
)
RETURNING id, kind, database_id, profile, recipient, state, detail, body, created_at, due_at, ended_at, tries, attempts;
