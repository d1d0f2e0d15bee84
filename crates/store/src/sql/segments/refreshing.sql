-- The segment ?1 is refreshed by the job ?2, and by itself again at ?3, if at all.
UPDATE segments
SET refresh_job = ?2,
    refresh_due = CASE WHEN refresh_due IS NULL THEN NULL ELSE max(refresh_due, ?3) END
WHERE id = ?1
RETURNING id;
