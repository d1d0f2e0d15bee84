-- One question that is due at ?1 and held by nobody.
SELECT 1
FROM outbox INDEXED BY outbox_due
WHERE kind = 'confirmation' AND state = 'queued' AND due_at <= ?1 AND leased_until <= ?1
LIMIT 1;
