-- The set that is being drawn for the database ?1 is whole at ?2, since there is nobody to be drawn.
UPDATE control_sets
SET started_at = ?2
WHERE id = (SELECT next_set FROM control_groups WHERE database_id = ?1);
