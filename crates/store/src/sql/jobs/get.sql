-- The job ?1, of any database.
SELECT id, kind, database_id, state, name, actor, interface, created_at, updated_at, started_at, ended_at,
       expires_at, settings, progress, problem, step, leased_until, speaks_for_all
FROM jobs
WHERE id = ?1;
