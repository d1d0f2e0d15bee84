-- The settings of the control group of the database ?1 are ?2, unless they are no more those with the revision ?3.
UPDATE control_groups
SET settings = ?2, revision = revision + 1, updated_at = ?4
WHERE database_id = ?1 AND revision = ?3
RETURNING 1;
