-- All sets of the control group of the database ?1.
DELETE FROM control_sets WHERE database_id = ?1;
