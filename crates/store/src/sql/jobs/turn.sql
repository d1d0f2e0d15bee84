-- Turns the job ?1 to the state ?2, if it is in one of ?3 (JSON); the one who holds it loses it.
UPDATE jobs
SET state = ?2,
    updated_at = ?4,
    ended_at = CASE WHEN ?2 = 'cancelled' THEN ?4 ELSE ended_at END,
    expires_at = coalesce(?5, expires_at),
    holder = NULL,
    leased_until = 0
WHERE id = ?1 AND state IN (SELECT value FROM json_each(?3))
RETURNING id, kind, database_id, state, name, actor, interface, created_at, updated_at, started_at, ended_at,
    expires_at, settings, progress, problem, step, leased_until, speaks_for_all;
