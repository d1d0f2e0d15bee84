-- What the webhook ?1 received.
DELETE FROM deliveries WHERE hook_id = ?1;
