-- When the next message of kind ?1 is due.
SELECT min(due_at)
FROM outbox INDEXED BY outbox_due
WHERE kind = ?1 AND state = 'queued';
