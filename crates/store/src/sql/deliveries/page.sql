-- A page of what the webhook ?1 received, newest first: at most ?3 before the one with the
-- id ?2; with the outcome ?4 if given, received from ?5 on and before ?6. The requests are
-- left out: they are long.
SELECT id, hook_id, sender_id, received_at, outcome, profile, detail, times
FROM deliveries INDEXED BY deliveries_by_hook
WHERE hook_id = ?1
  AND id < ?2
  AND received_at >= ?5 AND received_at < ?6
  AND (?4 IS NULL OR outcome = ?4)
ORDER BY id DESC
LIMIT ?3 + 0;
