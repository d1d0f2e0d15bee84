-- The delivery of the webhook ?1 that the sender calls ?7, if a page (see page.sql) of ?3
-- before ?2 has it.
SELECT id, hook_id, sender_id, received_at, outcome, profile, detail, times
FROM deliveries
WHERE hook_id = ?1
  AND sender_id = ?7
  AND id < ?2
  AND received_at >= ?5 AND received_at < ?6
  AND (?4 IS NULL OR outcome = ?4)
LIMIT ?3 + 0;
