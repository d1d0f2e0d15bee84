-- Who was in the control group of the database ?1, at whatever time.
DELETE FROM control_members
WHERE set_id IN (SELECT id FROM control_sets WHERE database_id = ?1);
