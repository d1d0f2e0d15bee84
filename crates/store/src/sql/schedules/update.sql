-- Changes the schedule ?1 if it is at the revision ?2; what was seen at its source is
-- forgotten if ?9.
UPDATE schedules
SET revision = revision + 1,
    name = ?3,
    enabled = ?4,
    next_run_at = ?5,
    definition = ?6,
    secret = ?7,
    updated_at = max(updated_at, ?8),
    state = CASE WHEN ?9 THEN '{}' ELSE state END,
    speaks_for_all = ?10
WHERE id = ?1 AND revision = ?2
RETURNING revision;
