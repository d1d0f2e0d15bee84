-- Stores an answer, in place of an expired one under the same key.
INSERT INTO idempotency (key, request, status, body, at)
VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (key) DO UPDATE
SET request = excluded.request, status = excluded.status, body = excluded.body, at = excluded.at;
