-- Gives the messages ?1 (JSON) of the holder ?2 back untried, to be tried not before ?3.
UPDATE outbox
SET due_at = max(due_at, ?3), holder = NULL, leased_until = 0
WHERE id IN (SELECT value FROM json_each(?1)) AND holder = ?2 AND state = 'queued';
