-- Lets the message ?1 be sent from ?2 on, as if it never had been tried.
UPDATE outbox
SET state = 'queued', detail = '', due_at = ?2, ended_at = NULL, tries = 0, holder = NULL, leased_until = 0
WHERE id = ?1 AND state IN ('dead', 'held', 'cancelled')
RETURNING id;
