-- Who was put into the control group of the database ?1, or taken out, by hand.
DELETE FROM control_overrides WHERE database_id = ?1;
