-- The stored answer to a request with the key ?1, unless it is older than ?2.
SELECT request, status, body FROM idempotency WHERE key = ?1 AND at >= ?2;
