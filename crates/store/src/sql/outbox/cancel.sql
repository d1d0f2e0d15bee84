-- Ends the message ?1 at ?2 unsent, unless it is being sent.
UPDATE outbox
SET state = 'cancelled', detail = ?3, ended_at = ?2, holder = NULL, leased_until = 0
WHERE id = ?1 AND (state = 'held' OR (state = 'queued' AND leased_until <= ?2))
RETURNING id;
