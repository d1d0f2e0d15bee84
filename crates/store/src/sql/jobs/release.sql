-- The holder ?2 lets go of the job ?1, so that another may go on at once.
UPDATE jobs
SET holder = NULL, leased_until = 0
WHERE id = ?1 AND holder = ?2 AND state = 'running'
RETURNING id;
