-- The jobs ?1 (JSON) no longer have what expires; those that never started are gone.
UPDATE jobs
SET expires_at = NULL,
    state = CASE WHEN state IN ('uploading', 'uploaded') THEN 'cancelled' ELSE state END,
    ended_at = coalesce(ended_at, ?2)
WHERE id IN (SELECT value FROM json_each(?1));
