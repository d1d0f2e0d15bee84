-- Drops the answers older than ?1.
DELETE FROM idempotency WHERE at < ?1;
