-- Keeps how many members the dynamic segment ?1 has, as counted by its revision ?4 at ?3, unless that was done since.
UPDATE segments
SET members = ?2, counted_at = ?3
WHERE id = ?1 AND kind = 'dynamic' AND revision = ?4 AND coalesce(counted_at, 0) < ?3
RETURNING id;
