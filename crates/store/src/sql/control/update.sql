-- Other settings for the control group of the database ?1, its generation, when all are drawn again, and its sets.
UPDATE control_groups
SET revision = revision + ?9,
    updated_at = max(updated_at, ?2),
    settings = ?3,
    generation = ?4,
    generation_at = ?5,
    next_rotation_at = ?6,
    set_id = ?7,
    next_set = ?8,
    job_id = ?10
WHERE database_id = ?1
RETURNING revision;
