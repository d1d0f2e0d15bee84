-- Forgets what was heard before ?1, at most ?2.
DELETE FROM seen
WHERE (scope, key) IN (SELECT scope, key FROM seen INDEXED BY seen_by_time WHERE noted_at < ?1 LIMIT ?2 + 0)
RETURNING 1;
