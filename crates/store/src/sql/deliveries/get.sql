-- The delivery ?2 of the webhook ?1, whole.
SELECT id, hook_id, sender_id, received_at, outcome, profile, detail, times, request
FROM deliveries
WHERE id = ?2 AND hook_id = ?1;
