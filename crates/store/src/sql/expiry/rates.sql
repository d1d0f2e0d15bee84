-- Forgets spans of time that began before ?1, at most ?2.
DELETE FROM rates
WHERE key IN (SELECT key FROM rates INDEXED BY rates_by_time WHERE since < ?1 LIMIT ?2 + 0)
RETURNING 1;
