-- Notes what became of the message ?1, if ?2 still holds it.
UPDATE outbox
SET state = ?3,
    detail = ?4,
    due_at = ?5,
    ended_at = ?6,
    tries = tries + ?7,
    attempts = ?8,
    holder = NULL,
    leased_until = 0
WHERE id = ?1 AND holder = ?2 AND state = 'queued'
RETURNING id;
