-- The set in force in the database ?1 ends at ?2, since another one takes its place.
UPDATE control_sets
SET ended_at = ?2
WHERE id = (SELECT set_id FROM control_groups WHERE database_id = ?1 AND next_set IS NOT NULL);
