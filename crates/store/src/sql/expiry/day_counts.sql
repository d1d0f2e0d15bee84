-- Forgets what was counted of days before ?1, at most ?2.
DELETE FROM day_counts
WHERE (database_id, day, what) IN (
    SELECT counted.database_id, counted.day, counted.what
    FROM databases
    CROSS JOIN day_counts AS counted ON counted.database_id = databases.id AND counted.day < ?1
    LIMIT ?2 + 0
)
RETURNING 1;
