-- How many profiles are in the control group of the database ?1 that is in force.
SELECT (
    SELECT members
    FROM control_groups
    CROSS JOIN control_sets ON control_sets.id = control_groups.set_id
    WHERE control_groups.database_id = ?1
);
