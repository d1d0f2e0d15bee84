-- Forgets messages that ended before ?1 or were held since then, and questions that were due before ?2;
-- at most ?3 of each.
DELETE FROM outbox
WHERE id IN (SELECT id FROM outbox INDEXED BY outbox_ended WHERE ended_at < ?1 LIMIT ?3 + 0)
   OR id IN (SELECT id FROM outbox INDEXED BY outbox_held WHERE state = 'held' AND created_at < ?1 LIMIT ?3 + 0)
   OR id IN (
       SELECT id
       FROM outbox INDEXED BY outbox_due
       WHERE kind = 'confirmation' AND state = 'queued' AND due_at < ?2
       LIMIT ?3 + 0
   )
RETURNING 1;
