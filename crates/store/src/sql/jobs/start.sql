-- Puts the uploaded job ?1 into the queue with its settings, if it is still to be started.
UPDATE jobs
SET state = 'queued', settings = ?2, progress = ?3, updated_at = ?4, expires_at = NULL
WHERE id = ?1 AND state = 'uploaded'
RETURNING id;
