-- The rule of the set ?1 of a control group is ?2.
UPDATE control_sets SET rule = ?2 WHERE id = ?1;
