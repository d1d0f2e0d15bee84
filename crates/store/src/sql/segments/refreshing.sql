-- The segment ?1 is refreshed by the job ?2 since ?3, and by itself again at ?4, if at all.
UPDATE segments
SET refresh_job = ?2,
    refresh_due = CASE WHEN refresh_due IS NULL THEN NULL ELSE max(refresh_due, ?4) END
WHERE id = ?1
RETURNING id;
