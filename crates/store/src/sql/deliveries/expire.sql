-- Forgets at most ?2 deliveries that were received before ?1, the oldest first.
DELETE FROM deliveries
WHERE id IN (
    SELECT id
    FROM deliveries INDEXED BY deliveries_by_time
    WHERE received_at < ?1
    ORDER BY received_at
    LIMIT ?2 + 0
)
RETURNING id;
