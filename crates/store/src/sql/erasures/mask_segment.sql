-- The rule of the segment ?1 is ?2, unless it is no more the one with the revision ?3.
UPDATE segments
SET rule = ?2, revision = revision + 1, updated_at = ?4
WHERE id = ?1 AND revision = ?3
RETURNING 1;
