-- Answers kept for repeated requests in which one of the texts ?1 (JSON, in lower case) stands.
DELETE FROM idempotency
WHERE key IN (
    SELECT key
    FROM idempotency INDEXED BY idempotency_by_time
    WHERE at > 0
      AND EXISTS (SELECT 1 FROM json_each(?1) AS named WHERE instr(lower(body), named.value) > 0)
);
