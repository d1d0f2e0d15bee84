-- The settings of the control group of the database ?1, if a set of it is in force.
SELECT settings FROM control_groups WHERE database_id = ?1 AND set_id > 0;
