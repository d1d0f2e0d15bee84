-- Gives the job ?1 to the holder ?2 until ?4, if it is due and nobody else holds it at ?3.
UPDATE jobs
SET state = 'running',
    holder = ?2,
    leased_until = ?4,
    started_at = coalesce(started_at, ?3),
    updated_at = ?3
WHERE id = ?1
  AND (state = 'queued' OR (state = 'running' AND (leased_until <= ?3 OR holder = ?2)))
RETURNING id, kind, database_id, state, name, actor, interface, created_at, updated_at, started_at, ended_at,
          expires_at, settings, progress, problem, step, leased_until, speaks_for_all;
