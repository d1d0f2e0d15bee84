-- The set ?1 counts no more, or never will.
UPDATE control_sets SET ended_at = ?2 WHERE id = ?1 AND ended_at IS NULL;
