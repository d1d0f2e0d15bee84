-- What the webhooks of a database received.
DELETE FROM deliveries
WHERE hook_id IN (SELECT id FROM hooks WHERE database_id = ?1);
