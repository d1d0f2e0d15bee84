-- Jobs of kind ?2 of the database ?1, newest first: those before ?3, at most ?4.
SELECT id, kind, database_id, state, name, actor, interface, created_at, updated_at, started_at, ended_at,
       expires_at, settings, progress, problem, step, leased_until, speaks_for_all
FROM jobs INDEXED BY jobs_by_database
WHERE database_id = ?1 AND kind = ?2 AND id < ?3
ORDER BY id DESC
LIMIT ?4 + 0;
