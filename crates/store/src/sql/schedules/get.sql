-- The schedule ?1.
SELECT id, database_id, name, revision, enabled, next_run_at, definition, secret, state, created_at, updated_at,
       created_by, speaks_for_all
FROM schedules
WHERE id = ?1;
