-- The control group of the database ?1 itself.
DELETE FROM control_groups WHERE database_id = ?1;
