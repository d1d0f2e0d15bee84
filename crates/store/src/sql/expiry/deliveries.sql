-- Forgets deliveries that came before ?1, at most ?2.
DELETE FROM deliveries
WHERE id IN (SELECT id FROM deliveries INDEXED BY deliveries_by_time WHERE received_at < ?1 LIMIT ?2 + 0)
RETURNING 1;
