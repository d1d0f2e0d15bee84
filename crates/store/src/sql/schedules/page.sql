-- The schedules of the database ?1 after the one with id ?2, at most ?3.
SELECT id, database_id, name, revision, enabled, next_run_at, definition, secret, state, created_at, updated_at,
       created_by, speaks_for_all
FROM schedules
WHERE database_id = ?1 AND id > ?2
ORDER BY id
LIMIT ?3 + 0;
