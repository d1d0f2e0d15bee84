-- The settings of the definition ?1 are ?2, unless it is no more the one with the revision ?3.
UPDATE definitions
SET settings = ?2, revision = revision + 1, updated_at = ?4
WHERE id = ?1 AND revision = ?3
RETURNING 1;
