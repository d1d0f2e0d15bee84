-- When the next question is due.
SELECT min(due_at)
FROM outbox INDEXED BY outbox_due
WHERE kind = 'confirmation' AND state = 'queued';
