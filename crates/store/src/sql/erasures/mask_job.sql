-- The job ?1, which is over, is called ?2 and was asked for ?3; ?4 is how far it came, ?5 why it failed.
UPDATE jobs
SET name = ?2, settings = ?3, progress = ?4, problem = ?5
WHERE id = ?1 AND state IN ('completed', 'failed', 'cancelled');
