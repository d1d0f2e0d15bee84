-- One message of kind ?1 that is due at ?2 and held by nobody, if its recipient is none of ?3 (JSON).
SELECT 1
FROM outbox INDEXED BY outbox_due
WHERE kind = ?1 AND state = 'queued' AND due_at <= ?2 AND leased_until <= ?2
  AND recipient NOT IN (SELECT value FROM json_each(?3))
LIMIT 1;
