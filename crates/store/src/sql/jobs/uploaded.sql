-- The upload of the job ?1 is whole: it may be started until ?3.
UPDATE jobs
SET state = 'uploaded', updated_at = ?2, expires_at = ?3
WHERE id = ?1 AND state = 'uploading'
RETURNING id;
