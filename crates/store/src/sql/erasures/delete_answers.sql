-- Answers kept for repeated requests that speak of the profile with the id ?1.
DELETE FROM idempotency
WHERE key IN (
    SELECT key
    FROM idempotency INDEXED BY idempotency_by_time
    WHERE at > 0 AND instr(body, ?1) > 0
);
