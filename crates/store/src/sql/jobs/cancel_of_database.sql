-- Ends the jobs of the database ?1 that wait, run or are paused; their reports are kept until ?3.
UPDATE jobs
SET state = 'cancelled',
    updated_at = ?2,
    ended_at = ?2,
    expires_at = ?3,
    holder = NULL,
    leased_until = 0
WHERE database_id = ?1 AND state IN ('queued', 'running', 'paused');
