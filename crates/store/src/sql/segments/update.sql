-- Gives the segment ?1 other settings; its new revision. What was counted of a dynamic one is counted again once its
-- rule is another; one that is refreshed by itself is due at ?7 unless it was due before.
UPDATE segments
SET name = ?2,
    description = ?3,
    revision = revision + 1,
    updated_at = ?4,
    kind = ?5,
    counted_at = CASE WHEN rule IS ?6 THEN counted_at END,
    rule = ?6,
    refresh_due = CASE WHEN ?7 IS NULL THEN NULL ELSE coalesce(refresh_due, ?7) END
WHERE id = ?1
RETURNING revision;
