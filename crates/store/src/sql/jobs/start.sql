-- Puts the uploaded job ?1 into the queue with its settings, if it is still to be started. It speaks for all databases
-- if that was so when it was uploaded, and the one who starts it does too, as ?5 says.
UPDATE jobs
SET state = 'queued',
    settings = ?2,
    progress = ?3,
    updated_at = ?4,
    expires_at = NULL,
    speaks_for_all = speaks_for_all AND ?5
WHERE id = ?1 AND state = 'uploaded'
RETURNING id;
